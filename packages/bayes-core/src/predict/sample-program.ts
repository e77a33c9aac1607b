import type { Node } from '../graph/node.js';
import { exp } from '../graph/ops/elementwise.js';
import { slice } from '../graph/ops/layout.js';
import { classLogProbs } from '../likelihood/noisy-categorical.js';
import type { Network } from '../nn/network.js';
import type { SingleOutputSpec } from '../nn/spec.js';
import type { NetworkSample } from '../posterior/family.js';
import type { Tensor } from '../tensor.js';

/** How posterior samples are run on what the prefix gave for a block of rows. */
export type SampleProgram = {
  /** How many samples one call takes; the last call may take fewer. */
  readonly samplesPerCall: number;
  /**
   * What the prefix hands over, [block, ...item shape], in the order of axes that this program
   * wants.
   */
  readonly arrange: (hidden: Node) => Node;
  /**
   * Named results on the arranged input, [S, N, ...] or, with one sample a call, [N, ...]: see
   * `predictiveOutputs`.
   */
  readonly outputs: (hidden: Node) => Readonly<Record<string, Node>>;
  /** The inputs that make the program the networks of these samples. */
  readonly inputsOf: (samples: readonly NetworkSample[]) => Record<string, Tensor>;
};

/**
 * What a sample predicts, by names that begin with the prefix of the head. Classes: `logProbs` and
 * `probs` [N, C], with the noise of the logits integrated. Choices: `logits` [N, L]. Numbers: the
 * standardised `mean` [N, 1], and `logVariance` [N, 1] where it is predicted.
 */
export function predictiveOutputs(outputs: Node, { heads }: Network): Record<string, Node> {
  return Object.fromEntries(
    heads.flatMap((head) => {
      const isAll = heads.length === 1;
      const own = isAll ? outputs : slice(outputs, 1, head.start, head.start + head.width);
      return Object.entries(headOutputs(own, head.output)).map(([name, node]) => [
        head.prefix + name,
        node,
      ]);
    }),
  );
}

function headOutputs(outputs: Node, output: SingleOutputSpec): Record<string, Node> {
  switch (output.kind) {
    case 'class': {
      const logProbs = classLogProbs(outputs, output);
      return { logProbs, probs: exp(logProbs) };
    }
    case 'choices':
      return { logits: outputs };
    case 'number':
      if (output.noise !== 'per-item') return { mean: outputs };
      return { mean: slice(outputs, 1, 0, 1), logVariance: slice(outputs, 1, 1, 2) };
  }
}
