import type { Node } from '../graph/node.js';
import { exp } from '../graph/ops/elementwise.js';
import { transpose } from '../graph/ops/layout.js';
import { logSoftmax } from '../graph/ops/reduce.js';
import type { Network } from '../nn/network.js';
import type { NetworkSample } from '../posterior/family.js';
import type { Tensor } from '../tensor.js';

/** How one posterior sample is run on what the prefix gave for a block of rows. */
export type SampleProgram = {
  /** Named results on the prefix output: see `predictiveOutputs`. */
  readonly outputs: Readonly<Record<string, Node>>;
  /** What the prefix hands over: items in rows, or units in rows and items in columns. */
  readonly layout: Layout;
  /** The inputs that make the program this sample's network. */
  readonly inputsOf: (sample: NetworkSample) => Record<string, Tensor>;
};

export type Layout = 'items-in-rows' | 'items-in-columns';

/** Name of the prefix output as input of a sample program. */
export const HIDDEN = 'hidden';

/** Log-probabilities and probabilities [N, C] for classes, the standardised mean [N, 1] for numbers. */
export function predictiveOutputs(
  outputs: Node,
  layout: Layout,
  kind: 'class' | 'number',
): Record<string, Node> {
  const rows = layout === 'items-in-rows' ? outputs : transpose(outputs);
  if (kind === 'number') return { mean: rows };
  const logProbs = logSoftmax(rows);
  return { logProbs, probs: exp(logProbs) };
}

export function outputKind(network: Network): 'class' | 'number' {
  return network.outputs === 1 ? 'number' : 'class';
}
