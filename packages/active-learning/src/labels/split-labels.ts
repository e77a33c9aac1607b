import { createHash } from 'node:crypto';
import type { Answer, LabelField, Policies } from '@dubio/contracts';
import { type Draw, lureWeightsOfLabels } from '../active-testing/lure.js';
import { activeTestWeights, isDrawnActiveTest } from './active-test-weights.js';
import { askedOf, targetsOf } from './answer-targets.js';
import { NotTrainableError } from './not-trainable-error.js';
import { fieldTargets, PART, type TrainingSet } from './training-set.js';

export type LabelledItem = {
  readonly ordinal: number;
  readonly split: 'pool' | 'validation' | 'test';
  readonly isControl: boolean;
  /** Drawn to test models on: it never trains, nor decides when training stops. */
  readonly isActiveTest: boolean;
  readonly answer: Answer;
  /** How the item was drawn; null where chance had no part in it, or what it was is not known. */
  readonly draw: Draw | null;
  /** Generation of the queue in which it was drawn. */
  readonly drawnIn: number | null;
};

export type SplitContext = {
  readonly fields: readonly LabelField[];
  readonly policies: Pick<Policies, 'trainOnControl' | 'trainWithLureWeights'>;
  readonly seed: number;
  /** Ordinals that the prior of the round has counted; they train no more, and never judge. */
  readonly counted?: ReadonlySet<number>;
  /** Items of the pool, labelled or not. */
  readonly poolItems: number;
};

export const LEAST_LABELS = 4;
/** Share of the labels kept from training where no validation items were imported. */
const HOLD_OUT_SHARE = 0.15;
/** Below this many labels each one is worth more in training. */
const LEAST_FOR_HOLD_OUT = 60;
/** Fewer control items say too little to judge a model by. */
export const LEAST_CONTROL = 30;

/**
 * Decides what each label is used for.
 *
 * Training: labels of the pool, control items only where the project says so. Validation (early
 * stopping and temperature): the imported validation items, else a share of the labels drawn by
 * seed and ordinal. Judged on:
 * the imported test items, else the control items, else the validation rows. Answers to items that
 * were drawn to test on have no part in any of these: they only estimate, by the chances of their
 * draws.
 *
 * LURE weights even out what was drawn by chance: M counts the labels that training may use, those
 * held back included, N the pool without the control and active-test items apart from it. Labels
 * without a draw count 1, as if they had come by chance alone. No order of the answers enters,
 * since each draw tells how many were open.
 * @throws NotTrainableError too-few-labels, one-class-only
 * @see docs/decisions/0042
 */
export function splitLabels(items: readonly LabelledItem[], context: SplitContext): TrainingSet {
  const { fields, policies } = context;
  const known = items.flatMap((item) => {
    const targets = targetsOf(fields, item.answer);
    return targets === null ? [] : [{ ...item, targets }];
  });
  const has = (split: LabelledItem['split']) => known.some((item) => item.split === split);
  const control = policies.trainOnControl
    ? []
    : known.filter((item) => item.split === 'pool' && item.isControl);
  const controlSet = new Set(control);
  const tests = known.filter((item) => item.split === 'pool' && item.isActiveTest);
  const apart = new Set([...control, ...tests]);
  const learnable = known.filter((item) => item.split === 'pool' && !apart.has(item));
  const counted = context.counted ?? new Set();
  const heldBack = has('validation') ? new Set() : holdOut(learnable, context.seed, counted);
  const source = heldOutSource(has, control.length, heldBack.size);
  const parts = known.map((item) => {
    const isControl = controlSet.has(item);
    const isValidation = item.split === 'validation' || heldBack.has(item);
    const isLearned = item.split === 'pool' && !apart.has(item) && !isValidation;
    const isTraining = isLearned && !counted.has(item.ordinal);
    const isHeldOut =
      (source === 'test' && item.split === 'test') ||
      (source === 'control' && isControl) ||
      (source === 'validation' && isValidation);
    return (
      (isTraining ? PART.train : 0) +
      (isValidation ? PART.validation : 0) +
      (isHeldOut ? PART.heldOut : 0) +
      (isControl ? PART.control : 0) +
      (isDrawnActiveTest(item) ? PART.activeTest : 0)
    );
  });
  const asked = askedOf(fields);
  const training = known.filter(
    (item, i) => (parts[i]! & PART.train) !== 0 || counted.has(item.ordinal),
  );
  assertTrainable(training, fields);
  const poolRows = Math.max(learnable.length, context.poolItems - apart.size);
  return {
    version: 1,
    ...asked,
    heldOutSource: source,
    ordinals: known.map((item) => item.ordinal),
    targets: known.flatMap((item) => item.targets),
    parts,
    prior: null,
    weights: weightsFor(known, learnable, poolRows),
    poolRows,
    trainWithLureWeights: policies.trainWithLureWeights,
    activeTest: activeTestWeights(known.filter(isDrawnActiveTest)),
  };
}

/**
 * LURE weights of the rows that training may use, 1 for all others; none where nothing was drawn by
 * chance.
 */
function weightsFor<Item extends LabelledItem>(
  known: readonly Item[],
  learnable: readonly Item[],
  poolRows: number,
): number[] {
  if (learnable.every(({ draw }) => draw === null)) return [];
  const weights = lureWeightsOfLabels(
    learnable.map(({ draw }) => draw),
    poolRows,
  );
  const weightOf = new Map(learnable.map((item, i) => [item, weights[i]!]));
  return known.map((item) => weightOf.get(item) ?? 1);
}

function heldOutSource(
  has: (split: LabelledItem['split']) => boolean,
  control: number,
  heldBack: number,
): TrainingSet['heldOutSource'] {
  if (has('test')) return 'test';
  if (control >= LEAST_CONTROL) return 'control';
  return has('validation') || heldBack > 0 ? 'validation' : 'none';
}

/** A share of the labels that depends on seed and ordinals alone, not on the order they came in. */
function holdOut<Item extends LabelledItem>(
  all: readonly Item[],
  seed: number,
  counted: ReadonlySet<number>,
): Set<Item> {
  if (all.length < LEAST_FOR_HOLD_OUT) return new Set();
  const items = all.filter(({ ordinal }) => !counted.has(ordinal));
  // Where most rows are counted already, half of the new ones still train.
  const most = counted.size > 0 ? Math.floor(items.length / 2) : items.length;
  const draw = (item: Item) =>
    createHash('sha256').update(`hold-out/${seed}/${item.ordinal}`).digest('hex');
  return new Set(
    items
      .map((item) => ({ item, key: draw(item) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .slice(0, Math.min(most, Math.round(all.length * HOLD_OUT_SHARE)))
      .map(({ item }) => item),
  );
}

function assertTrainable(
  rows: readonly { answer: Answer; targets: readonly number[] }[],
  fields: readonly LabelField[],
): void {
  if (rows.length < LEAST_LABELS) {
    throw new NotTrainableError(
      'too-few-labels',
      `It takes at least ${LEAST_LABELS} labels to train on, there ${rows.length === 1 ? 'is' : 'are'} ${rows.length}. Label a few more.`,
    );
  }
  const all = rows.flatMap((row) => row.targets);
  fieldTargets(askedOf(fields), all).forEach((own, k) => {
    const width = own.length / rows.length;
    if (own.some((target, i) => target !== own[i % width])) return;
    const { name } = fields[k]!;
    const said = JSON.stringify(rows[0]!.answer[name]);
    const what = fields.length > 1 ? ` to "${name}"` : '';
    throw new NotTrainableError(
      'one-class-only',
      `All ${rows.length} labels say ${said}${what}, and with one answer there is nothing to learn. Label items with other answers too.`,
    );
  });
}
