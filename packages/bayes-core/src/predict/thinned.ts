import { constant, type Dim, input, type Node } from '../graph/node.js';
import { conv2d } from '../graph/ops/convolution.js';
import { add, multiply } from '../graph/ops/elementwise.js';
import { reshape } from '../graph/ops/layout.js';
import { matmul } from '../graph/ops/linear.js';
import { gather } from '../graph/ops/selection.js';
import { applyPlain } from '../nn/forward.js';
import { biasName, type ConvLayer, type DenseLayer, type Layer, weightName } from '../nn/layer.js';
import type { Network } from '../nn/network.js';
import {
  HIDDEN,
  type Layout,
  outputKind,
  predictiveOutputs,
  type SampleProgram,
} from './sample-program.js';
import { thinnedInputs } from './thinned-weights.js';
import { keptInput, planThinning, type ThinningStep } from './thinning-plan.js';

/**
 * Runs a sample as the thinner network it is: kept units and channels are gathered first, then multiplied,
 * which is keep^2 of the work. Flat hidden values are held with items in columns, so that gathering units copies
 * whole rows of memory.
 */
export function thinnedProgram(
  network: Network,
  layers: readonly Layer[],
  inputShape: readonly number[],
): SampleProgram {
  const layout: Layout = inputShape.length === 1 ? 'items-in-columns' : 'items-in-rows';
  const shape: Dim[] = layout === 'items-in-columns' ? [inputShape[0]!, 'N'] : ['N', ...inputShape];
  const steps = planThinning(layers);
  const outputs = steps.reduce(
    (value, step, i) => thinnedStep(value, step, i, layout),
    input(HIDDEN, 'float32', shape),
  );
  return {
    outputs: predictiveOutputs(outputs, layout, outputKind(network)),
    layout,
    inputsOf: (sample) => thinnedInputs(steps, sample, layout, inputShape),
  };
}

/** Axis of units or channels. */
export function unitAxis(layout: Layout): number {
  return layout === 'items-in-columns' ? 0 : 1;
}

function thinnedStep(x: Node, step: ThinningStep, position: number, layout: Layout): Node {
  const axis = unitAxis(layout);
  switch (step.kind) {
    case 'gather':
      return gather(x, input(keptInput(position), 'int32', [`${step.dropout.name}.kept`]), axis);
    case 'mask':
      return multiply(x, input(keptInput(position), 'float32', [1, ...x.shape.slice(1)]));
    case 'scale':
      return multiply(x, constant(step.factor));
    case 'weights':
      return step.layer.kind === 'dense'
        ? thinnedDense(x, step.layer, outputsOf(step), layout)
        : thinnedConv(x, step.layer, outputsOf(step));
    case 'plain':
      return step.layer.kind === 'flatten'
        ? thinnedFlatten(x, step.layer.name)
        : applyPlain(step.layer, x);
  }
}

function outputsOf({ layer, keeps }: Extract<ThinningStep, { kind: 'weights' }>): Dim {
  return keeps ? `${keeps.name}.kept` : layer.outputShape[0]!;
}

function thinnedDense(x: Node, layer: DenseLayer, outputs: Dim, layout: Layout): Node {
  if (layout === 'items-in-columns') {
    const weight = input(weightName(layer), 'float32', [outputs, x.shape[0]!]);
    return add(matmul(weight, x), input(biasName(layer), 'float32', [outputs, 1]));
  }
  const weight = input(weightName(layer), 'float32', [x.shape[1]!, outputs]);
  return add(matmul(x, weight), input(biasName(layer), 'float32', [outputs]));
}

function thinnedConv(x: Node, layer: ConvLayer, outputs: Dim): Node {
  const weight = input(weightName(layer), 'float32', [
    outputs,
    x.shape[1]!,
    layer.kernel,
    layer.kernel,
  ]);
  return conv2d(x, weight, {
    padding: layer.padding,
    bias: input(biasName(layer), 'float32', [outputs]),
  });
}

/** Flattens kept channels; how many units that gives is known when the sample is. */
function thinnedFlatten(x: Node, name: string): Node {
  const cell = x.shape.slice(1);
  const size = cell.every((dim) => typeof dim === 'number')
    ? cell.reduce<number>((n, dim) => n * (dim as number), 1)
    : `${name}.units`;
  return reshape(x, [x.shape[0]!, size]);
}
