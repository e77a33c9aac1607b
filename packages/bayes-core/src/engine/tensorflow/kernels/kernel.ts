import type { Tensor } from '@tensorflow/tfjs-core';
import type { Node } from '../../../graph/node.js';

/** One of our operations by tfjs operations; always a new tensor, never one of its operands. */
export type Kernel = (operands: readonly Tensor[], node: Node) => Tensor;

export type Kernels = Readonly<Record<string, Kernel>>;
