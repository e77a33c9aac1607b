import { type Draw, lureWeightsOfDraws } from '../active-testing/lure.js';
import type { TrainingSet } from './training-set.js';

/** What is known of an item's draw. */
type Drawn = {
  readonly split: string;
  readonly isActiveTest: boolean;
  readonly draw: Draw | null;
  /** Generation of the queue in which it was drawn. */
  readonly drawnIn: number | null;
};
type DrawnActiveTest = Drawn & { readonly draw: Draw };

/**
 * An active-test item whose chance was lost, since its answer came more than one queue late, cannot
 * stand for others.
 */
export const isDrawnActiveTest = <Item extends Drawn>(item: Item): item is Item & DrawnActiveTest =>
  item.split === 'pool' && item.isActiveTest && item.draw !== null;

/**
 * Weights of active-test items, in the order they come in; they were drawn queue after queue, and
 * one by one within a queue.
 */
export function activeTestWeights(tests: readonly DrawnActiveTest[]): TrainingSet['activeTest'] {
  if (tests.length === 0) return null;
  const inOrder = tests.toSorted(
    (a, b) => (a.drawnIn ?? 0) - (b.drawnIn ?? 0) || b.draw.among - a.draw.among,
  );
  const weights = lureWeightsOfDraws(inOrder.map(({ draw }) => draw));
  const weightOf = new Map(inOrder.map((item, m) => [item, weights[m]!]));
  // The pool of the first draw, or a greater one that later imports have made of it.
  const poolRows = inOrder.reduce((most, { draw }, m) => Math.max(most, draw.among + m), 0);
  return { weights: tests.map((item) => weightOf.get(item)!), poolRows };
}
