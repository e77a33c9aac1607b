import type { Parameters } from '../nn/parameters.js';
import type { Belief } from '../posterior/belief.js';
import { digest } from '../random/digest.js';
import { asFloat32 } from '../tensor.js';

/** Where a training begins, when it is not where its spec and seed say. */
export type Beginning = {
  /** In place of the prior of the spec, or beside it; null for that prior alone. */
  readonly belief: Belief | null;
  readonly initialValues: Parameters;
};

/** Names the numbers that a run begins with. */
export function digestOf({ belief, initialValues }: Beginning): string {
  const tensors = { ...initialValues, ...belief?.factors };
  return digest(
    Object.keys(tensors)
      .sort()
      .map((name) => asFloat32(tensors[name]!)),
  );
}
