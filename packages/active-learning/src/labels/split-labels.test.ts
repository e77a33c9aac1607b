import type { LabelField } from '@dubio/contracts';
import { describe, expect, it } from 'vitest';
import { type LabelledItem, splitLabels } from './split-labels.js';
import { onlyField, rowsOf, weightsOf } from './training-set.js';

const field: LabelField = {
  kind: 'choice',
  name: 'kind',
  question: 'Which?',
  choices: [{ value: 'a' }, { value: 'b' }],
};
const items = (count: number, extra: Partial<LabelledItem> = {}, from = 0): LabelledItem[] =>
  Array.from({ length: count }, (_, i) => ({
    ordinal: from + i,
    split: 'pool',
    isControl: false,
    isActiveTest: false,
    drawnIn: null,
    answer: { kind: i % 2 === 0 ? 'a' : 'b' },
    draw: null,
    ...extra,
  }));
const context = {
  fields: [field],
  policies: { trainOnControl: false, trainWithLureWeights: false },
  seed: 5,
  poolItems: 500,
};

describe('splitLabels', () => {
  it('judges on imported test items and stops by imported validation items', () => {
    const set = splitLabels(
      [...items(10), ...items(6, { split: 'validation' }, 10), ...items(8, { split: 'test' }, 16)],
      context,
    );
    expect(set.heldOutSource).toBe('test');
    expect([...rowsOf(set, 'train').ordinals]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(rowsOf(set, 'validation').ordinals).toHaveLength(6);
    expect([...rowsOf(set, 'heldOut').ordinals]).toEqual([16, 17, 18, 19, 20, 21, 22, 23]);
  });

  it('never trains on items drawn at random, and judges on them once there are thirty', () => {
    const control = items(30, { isControl: true }, 20);
    const set = splitLabels([...items(20), ...control], context);
    expect(set.heldOutSource).toBe('control');
    expect(rowsOf(set, 'train').ordinals).toHaveLength(20);
    expect(rowsOf(set, 'control').ordinals).toEqual(rowsOf(set, 'heldOut').ordinals);
    const wanted = splitLabels([...items(20), ...control], {
      ...context,
      policies: { trainOnControl: true, trainWithLureWeights: false },
    });
    expect(wanted.heldOutSource).toBe('none');
    expect(rowsOf(wanted, 'train').ordinals).toHaveLength(50);
  });

  it('keeps active-test items out of everything but the estimate, with weights by queue and place', () => {
    const draws = [
      { chance: 0.2, among: 80, in: 2 },
      { chance: 0.05, among: 99, in: 1 },
      { chance: 0.03, among: 100, in: 1 },
    ];
    const tests = draws.map(({ chance, among, in: drawnIn }, i) => ({
      ...items(1, { isActiveTest: true, draw: { chance, among }, drawnIn }, 100 + i)[0]!,
    }));
    const lost = items(1, { isActiveTest: true }, 200);
    for (const trainOnControl of [false, true]) {
      const set = splitLabels([...items(100), ...tests, ...lost], {
        ...context,
        policies: { trainOnControl, trainWithLureWeights: false },
      });
      expect([...rowsOf(set, 'activeTest').ordinals]).toEqual([100, 101, 102]);
      for (const part of ['train', 'validation', 'heldOut', 'control'] as const)
        expect(rowsOf(set, part).ordinals.every((ordinal) => ordinal < 100)).toBe(true);
      expect(rowsOf(set, 'train').ordinals).toHaveLength(85);
      expect(set.poolRows).toBe(500 - 4);
      // Drawn third, second and first.
      const [third, second, first] = set.activeTest!.weights;
      expect(third).toBeCloseTo(1 / (80 * 0.2), 12);
      expect(second).toBeCloseTo(1 + (1 - 1 / 98) * (1 / (99 * 0.05) - 1), 12);
      expect(first).toBeCloseTo(1 + (1 - 2 / 99) * (1 / (100 * 0.03) - 1), 12);
      expect(set.activeTest!.poolRows).toBe(100);
    }
    expect(splitLabels([...items(100), ...lost], context).activeTest).toBeNull();
  });

  it('holds a share of many labels back, the same in every run and whatever their order', () => {
    const many = items(100);
    const set = splitLabels(many, context);
    expect(set.heldOutSource).toBe('validation');
    expect(rowsOf(set, 'heldOut').ordinals).toHaveLength(15);
    expect(rowsOf(set, 'train').ordinals).toHaveLength(85);
    const shuffled = splitLabels([...many].reverse(), context);
    expect([...rowsOf(shuffled, 'heldOut').ordinals].sort((a, b) => a - b)).toEqual([
      ...rowsOf(set, 'heldOut').ordinals,
    ]);
    expect(rowsOf(splitLabels(many, { ...context, seed: 6 }), 'heldOut')).not.toEqual(
      rowsOf(set, 'heldOut'),
    );
  });

  it('holds nothing back of fewer than sixty labels, and a share from sixty on', () => {
    const heldBack = (count: number) => rowsOf(splitLabels(items(count), context), 'validation');
    expect(heldBack(59).ordinals).toHaveLength(0);
    expect(heldBack(60).ordinals).toHaveLength(9);
  });

  it('of labels that a prior has counted none is held back, and half of the new ones train', () => {
    const counted = new Set(Array.from({ length: 90 }, (_, i) => i));
    const set = splitLabels(items(100), { ...context, counted });
    const { ordinals } = rowsOf(set, 'validation');
    expect(ordinals).toHaveLength(5);
    expect(ordinals.every((ordinal) => ordinal >= 90)).toBe(true);
    const train = rowsOf(set, 'train').ordinals;
    expect(train).toHaveLength(5);
    expect(train.every((ordinal) => ordinal >= 90 && !ordinals.includes(ordinal))).toBe(true);
  });

  it('takes control and active-test items from the pool alone', () => {
    const marked = { isControl: true, isActiveTest: true, draw: { chance: 0.1, among: 20 } };
    const imported = items(40, { split: 'test', ...marked }, 20);
    const set = splitLabels([...items(20), ...imported], context);
    expect(set.heldOutSource).toBe('test');
    for (const part of ['control', 'activeTest', 'train', 'validation'] as const)
      expect(rowsOf(set, part).ordinals.every((ordinal) => ordinal < 20)).toBe(true);
    expect(set.activeTest).toBeNull();
    const few = items(29, { isControl: true }, 20);
    expect(splitLabels([...items(20), ...few], context).heldOutSource).toBe('none');
  });

  it('leaves answers out that fit nothing, and what belongs to no part counts as known', () => {
    const unfit = items(1, { answer: { kind: 'c' } }, 50);
    const set = splitLabels([...items(10), ...unfit], context);
    expect(set.ordinals).not.toContain(50);
    expect(rowsOf(set, 'train').ordinals).toHaveLength(10);
    expect(() => splitLabels([...items(3), ...unfit], context)).toThrow(/there are 3/);
    expect(splitLabels(items(4), context).ordinals).toHaveLength(4);
  });

  it('gives LURE weights to what was drawn by chance, and counts the rest as if it had come by chance alone', () => {
    const draws = Array.from({ length: 100 }, (_, i) => ({
      chance: 1 / (9 + i),
      among: 480 - 2 * i,
    }));
    const chosen = items(100).map((item, i) => ({ ...item, draw: i < 20 ? null : draws[i]! }));
    const control = items(30, { isControl: true }, 100);
    const set = splitLabels([...chosen, ...control], {
      ...context,
      policies: { trainOnControl: false, trainWithLureWeights: true },
    });
    expect(set).toMatchObject({
      poolRows: 470,
      trainWithLureWeights: true,
      heldOutSource: 'control',
    });
    // The formula of the paper with N = 470 and M = 100, where 15 of the labels are held back.
    const expected = (ordinal: number) => {
      if (ordinal < 20) return 1;
      const { chance, among } = draws[ordinal]!;
      const share = Math.min(1, (470 - 100) / (among - 1));
      return 1 + share * (1 / (among * chance) - 1);
    };
    for (const part of ['train', 'validation'] as const) {
      const { ordinals } = rowsOf(set, part);
      weightsOf(set, part)!.forEach((weight, i) => {
        expect(weight).toBeCloseTo(expected(ordinals[i]!), 12);
      });
    }
    expect(rowsOf(set, 'validation').ordinals).toHaveLength(15);
    expect(weightsOf(set, 'control')).toBeNull();
  });

  it('weighs nothing where no draw is known', () => {
    const set = splitLabels(items(20), context);
    expect(set.weights).toEqual([]);
    expect(weightsOf(set, 'train')).toBeNull();
  });

  it('says what is missing', () => {
    expect(() => splitLabels(items(3), context)).toThrow(
      /at least 4 labels to train on, there are 3/,
    );
    expect(() => splitLabels(items(9, { answer: { kind: 'b' } }), context)).toThrow(
      /All 9 labels say "b"/,
    );
  });

  it('keeps the targets of several fields side by side, choices as 0 and 1', () => {
    const fields: LabelField[] = [
      field,
      { kind: 'number', name: 'price', question: 'How much?' },
      {
        kind: 'choices',
        name: 'marks',
        question: 'What is on it?',
        choices: [{ value: 'x' }, { value: 'y' }],
      },
    ];
    const answers = items(6).map((item, i) => ({
      ...item,
      answer: { ...item.answer, price: 10 * i, marks: i === 0 ? [] : ['y'] },
    }));
    const unfit = { ...answers[0]!, ordinal: 6, answer: { kind: 'a', price: 1, marks: ['z'] } };
    const set = splitLabels([...answers, unfit], { ...context, fields });
    expect(set.fields.map(({ kind }) => kind)).toEqual(['class', 'number', 'choices']);
    expect([...rowsOf(set, 'train').targets.subarray(0, 8)]).toEqual([0, 0, 0, 0, 1, 10, 0, 1]);
    expect(set.ordinals).toHaveLength(6);
    expect(onlyField(set, 1).targets).toEqual([0, 10, 20, 30, 40, 50]);
    expect(onlyField(set, 2).targets.slice(0, 4)).toEqual([0, 0, 0, 1]);
    const same = answers.map((item) => ({ ...item, answer: { ...item.answer, price: 5 } }));
    expect(() => splitLabels(same, { ...context, fields })).toThrow(
      /All 6 labels say 5 to "price"/,
    );
  });
});
