import type { Node } from '../node.js';
import type { Value } from './value.js';

/**
 * What an operation means, in plain loops over float64: slow, obvious, the oracle of every engine.
 */
export type Kernel = (inputs: readonly Value[], node: Node) => Value;

export type Kernels = Readonly<Record<string, Kernel>>;
