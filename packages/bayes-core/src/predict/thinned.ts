import { constant, type Dim, input, type Node } from '../graph/node.js';
import { conv2d } from '../graph/ops/convolution.js';
import { add, multiply } from '../graph/ops/elementwise.js';
import { reshape, transpose } from '../graph/ops/layout.js';
import { matmul } from '../graph/ops/linear.js';
import { gather } from '../graph/ops/selection.js';
import { applyPlain } from '../nn/forward.js';
import { biasName, type ConvLayer, type DenseLayer, type Layer, weightName } from '../nn/layer.js';
import type { Network } from '../nn/network.js';
import { predictiveOutputs, type SampleProgram } from './sample-program.js';
import { thinnedInputs } from './thinned-weights.js';
import { keptInput, planThinning, type ThinningStep } from './thinning-plan.js';

/**
 * Runs a sample as the thinner network it is: kept units and channels are gathered first, then
 * multiplied, which is keep^2 of the work. Images stay [N, C, H, W]; flat values are held with
 * items in columns, [units, N], so that gathering units copies whole rows of memory.
 * @see docs/decisions/0012
 */
export function thinnedProgram(
  network: Network,
  layers: readonly Layer[],
  inputShape: readonly number[],
): SampleProgram {
  const steps = planThinning(layers);
  return {
    samplesPerCall: 1,
    arrange: (hidden) => (inputShape.length === 1 ? transpose(hidden) : hidden),
    outputs: (hidden) => {
      const last = steps.reduce(
        (value, step, position) => thinnedStep(value, step, position),
        hidden,
      );
      return predictiveOutputs(transpose(last), network);
    },
    inputsOf: ([sample]) => thinnedInputs(steps, sample!, inputShape),
  };
}

function thinnedStep(x: Node, step: ThinningStep, position: number): Node {
  const isImage = x.shape.length > 2;
  switch (step.kind) {
    case 'gather':
      return gather(
        x,
        input(keptInput(position), 'int32', [`${step.dropout.name}.kept`]),
        isImage ? 1 : 0,
      );
    case 'select':
      return gather(
        x,
        input(keptInput(position), 'int32', [`${step.layer.name}.kept`]),
        isImage ? 1 : 0,
      );
    case 'mask':
      return multiply(x, input(keptInput(position), 'float32', [1, ...x.shape.slice(1)]));
    case 'scale':
      return multiply(x, constant(step.factor));
    case 'weights': {
      const { layer, keeps } = step;
      const outputs = keeps ? `${keeps.name}.kept` : layer.outputShape[0]!;
      return layer.kind === 'dense'
        ? thinnedDense(x, layer, outputs)
        : thinnedConv(x, layer, outputs);
    }
    case 'plain':
      return step.layer.kind === 'flatten'
        ? flattenToColumns(x, step.layer)
        : applyPlain(step.layer, x);
  }
}

function thinnedDense(x: Node, layer: DenseLayer, outputs: Dim): Node {
  const weight = input(weightName(layer), 'float32', [outputs, x.shape[0]!]);
  return add(matmul(weight, x), input(biasName(layer), 'float32', [outputs, 1]));
}

function thinnedConv(x: Node, layer: ConvLayer, outputs: Dim): Node {
  const weight = input(weightName(layer), 'float32', [
    outputs,
    x.shape[1]!,
    layer.kernel,
    layer.kernel,
  ]);
  const bias = input(biasName(layer), 'float32', [outputs]);
  return conv2d(x, weight, { padding: layer.padding, bias });
}

/**
 * [N, kept channels, H, W] -> [units, N]; how many units that makes is known when the sample is.
 */
function flattenToColumns(x: Node, layer: Layer): Node {
  if (x.shape.length === 2) return x;
  const cell = x.shape.slice(1);
  const known = cell.every((dim) => typeof dim === 'number');
  const units = known
    ? cell.reduce<number>((size, dim) => size * (dim as number), 1)
    : `${layer.name}.units`;
  return transpose(reshape(x, [x.shape[0]!, units]));
}
