import { createHash } from 'node:crypto';
import type { LabelField, Policies } from '@dubio/contracts';
import { PART, type TrainingSet } from '../science/training-set.js';
import { RoundImpossibleError } from './round-failure.js';

export type LabelledItem = {
  readonly ordinal: number;
  readonly split: 'pool' | 'validation' | 'test';
  readonly isControl: boolean;
  readonly value: string | number;
};

export type SplitContext = {
  readonly field: LabelField;
  readonly policies: Pick<Policies, 'trainOnControl'>;
  readonly seed: number;
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
 * Training: labels of the pool, control items only where the project says so. Validation (early stopping and
 * temperature): the imported validation items, else a share of the labels drawn by seed and ordinal. Judged on:
 * the imported test items, else the control items, else the validation rows.
 * @throws RoundImpossibleError too-few-labels, one-class-only
 */
export function splitLabels(items: readonly LabelledItem[], context: SplitContext): TrainingSet {
  const { field, policies } = context;
  const classes = field.kind === 'choice' ? field.choices.map((choice) => choice.value) : [];
  const known = items.flatMap((item) => {
    const target =
      field.kind === 'choice' ? classes.indexOf(String(item.value)) : Number(item.value);
    const fits = field.kind === 'choice' ? target >= 0 : Number.isFinite(target);
    return fits ? [{ ...item, target }] : [];
  });
  const has = (split: LabelledItem['split']) => known.some((item) => item.split === split);
  const control = policies.trainOnControl
    ? []
    : known.filter((item) => item.split === 'pool' && item.isControl);
  const controlSet = new Set(control);
  const learnable = known.filter((item) => item.split === 'pool' && !controlSet.has(item));
  const heldBack = has('validation') ? new Set() : holdOut(learnable, context.seed);
  const source = heldOutSource(has, control.length, heldBack.size);
  const parts = known.map((item) => {
    const isControl = controlSet.has(item);
    const isValidation = item.split === 'validation' || heldBack.has(item);
    const isTraining = item.split === 'pool' && !isControl && !isValidation;
    const isHeldOut =
      (source === 'test' && item.split === 'test') ||
      (source === 'control' && isControl) ||
      (source === 'validation' && isValidation);
    return (
      (isTraining ? PART.train : 0) +
      (isValidation ? PART.validation : 0) +
      (isHeldOut ? PART.heldOut : 0) +
      (isControl ? PART.control : 0)
    );
  });
  assertTrainable(known.filter((_, i) => (parts[i]! & PART.train) !== 0));
  return {
    version: 1,
    kind: field.kind === 'choice' ? 'class' : 'number',
    classes,
    heldOutSource: source,
    ordinals: known.map((item) => item.ordinal),
    targets: known.map((item) => item.target),
    parts,
  };
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
function holdOut<Item extends LabelledItem>(items: readonly Item[], seed: number): Set<Item> {
  if (items.length < LEAST_FOR_HOLD_OUT) return new Set();
  const draw = (item: Item) =>
    createHash('sha256').update(`hold-out/${seed}/${item.ordinal}`).digest('hex');
  return new Set(
    items
      .map((item) => ({ item, key: draw(item) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .slice(0, Math.round(items.length * HOLD_OUT_SHARE))
      .map(({ item }) => item),
  );
}

function assertTrainable(rows: readonly { value: string | number; target: number }[]): void {
  if (rows.length < LEAST_LABELS) {
    throw new RoundImpossibleError(
      'too-few-labels',
      `It takes at least ${LEAST_LABELS} labels to train on, there ${rows.length === 1 ? 'is' : 'are'} ${rows.length}. Label a few more.`,
    );
  }
  const first = rows[0]!;
  if (rows.every((row) => row.target === first.target)) {
    throw new RoundImpossibleError(
      'one-class-only',
      `All ${rows.length} labels say "${first.value}", and with one answer there is nothing to learn. Label items with other answers too.`,
    );
  }
}
