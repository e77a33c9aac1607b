import type { Node } from '../graph/node.js';
import { exp } from '../graph/ops/elementwise.js';
import { logSoftmax } from '../graph/ops/reduce.js';
import type { Network } from '../nn/network.js';
import type { NetworkSample } from '../posterior/family.js';
import type { Tensor } from '../tensor.js';

/** How posterior samples are run on what the prefix gave for a block of rows. */
export type SampleProgram = {
  /** How many samples one call takes; the last call may take fewer. */
  readonly samplesPerCall: number;
  /** What the prefix hands over, [block, ...item shape], in the order of axes that this program wants. */
  readonly arrange: (hidden: Node) => Node;
  /** Named results on the arranged input, [S, N, ...] or, with one sample a call, [N, ...]: see `predictiveOutputs`. */
  readonly outputs: (hidden: Node) => Readonly<Record<string, Node>>;
  /** The inputs that make the program the networks of these samples. */
  readonly inputsOf: (samples: readonly NetworkSample[]) => Record<string, Tensor>;
};

/** Log-probabilities and probabilities [N, C] for classes, the standardised mean [N, 1] for numbers. */
export function predictiveOutputs(outputs: Node, network: Network): Record<string, Node> {
  if (network.outputs === 1) return { mean: outputs };
  const logProbs = logSoftmax(outputs);
  return { logProbs, probs: exp(logProbs) };
}
