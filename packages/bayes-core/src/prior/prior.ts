import type { Node } from '../graph/node.js';

/**
 * What is believed of single numbers before any data; all results have the shape of what came in.
 */
export type Prior = {
  /** ln p(w) of each value, in nats. */
  readonly logDensity: (w: Node) => Node;
  /** KL( N(mean, deviation^2) || p ) of each value in nats, where it has a closed form. */
  readonly klFromGaussian: ((mean: Node, deviation: Node) => Node) | null;
};
