import { constant, input, type Node } from '../graph/node.js';
import { conv2d } from '../graph/ops/convolution.js';
import { multiply } from '../graph/ops/elementwise.js';
import { concat, reshape, slice, transpose } from '../graph/ops/layout.js';
import { matmul } from '../graph/ops/linear.js';
import { staticDim } from '../graph/shape.js';
import { forward } from '../nn/forward.js';
import {
  biasName,
  type ConvLayer,
  type DropoutLayer,
  type Layer,
  maskShape,
  weightName,
} from '../nn/layer.js';
import type { Network } from '../nn/network.js';
import type { Parameters } from '../nn/parameters.js';
import { float32, sizeOf, type Tensor } from '../tensor.js';
import { scaledMask } from './masked.js';
import { predictiveOutputs, type SampleProgram } from './sample-program.js';

/** Samples of one call. */
const S = 'samples';
/** Items times samples of one call, items first. */
const PASSES = 'passes';

/** What the method needs: channels are dropped, and a convolution follows. */
export type SummedLayers = {
  readonly dropout: DropoutLayer;
  readonly convolution: ConvLayer;
  readonly rest: readonly Layer[];
};

export function summedLayers(layers: readonly Layer[]): SummedLayers | null {
  const [dropout, convolution, ...rest] = layers;
  const fits =
    dropout?.kind === 'dropout' && dropout.of === 'channels' && convolution?.kind === 'conv2d';
  return fits ? { dropout, convolution, rest } : null;
}

/**
 * Runs many samples of a few items at once. A convolution is a sum over its input channels, and
 * what one channel adds is the same in every sample: these shares are computed once per item, and a
 * sample adds up those of the channels it keeps, mask [S, C] times shares [C, F H W]. That is
 * kernel^2 times less work than to convolve for every sample.
 * @see docs/decisions/0015
 */
export function summedProgram(
  network: Network,
  { dropout, convolution, rest }: SummedLayers,
  parameters: Parameters,
  samplesPerCall: number,
): SampleProgram {
  const later = rest.filter((layer): layer is DropoutLayer => layer.kind === 'dropout');
  const known = (name: string) => constant(parameters[name]!.data, parameters[name]!.shape);
  return {
    samplesPerCall,
    arrange: (hidden) => channelShares(hidden, convolution, parameters),
    outputs: (shares) => {
      const items = staticDim('summed', shares, 0);
      const kept = input(keptName(dropout), 'float32', [S, dropout.maskSize + 1]);
      const summed = reshape(matmul(kept, shares), [PASSES, ...convolution.outputShape]);
      const last = forward(rest, summed, {
        parameter: known,
        mask: (layer) => maskOfPasses(layer, items),
      });
      return Object.fromEntries(
        Object.entries(predictiveOutputs(last, network)).map(([name, node]) => [
          name,
          samplesFirst(node, items),
        ]),
      );
    },
    inputsOf: (samples) =>
      Object.fromEntries([
        [
          keptName(dropout),
          keptAndBias(samples.map(({ keep }) => scaledMask(dropout, keep.get(dropout.name)!))),
        ],
        ...later.map((layer): [string, Tensor] => [
          keptName(layer),
          stacked(samples.map(({ keep }) => scaledMask(layer, keep.get(layer.name)!))),
        ]),
      ]),
  };
}

/**
 * What each input channel adds to the convolution, and the bias as one share more: [B, C + 1, F H
 * W].
 */
function channelShares(hidden: Node, layer: ConvLayer, parameters: Parameters): Node {
  const items = staticDim('summed', hidden, 0);
  const [channels, filters] = [layer.inputShape[0]!, layer.outputShape[0]!];
  const cells = layer.kernel ** 2;
  const weight = parameters[weightName(layer)]!.data as Float32Array;
  const none = constant(new Float32Array(filters), [filters]);
  const shares = Array.from({ length: channels }, (_, channel) => {
    const own = new Float32Array(filters * cells);
    for (let filter = 0; filter < filters; filter++) {
      const start = (filter * channels + channel) * cells;
      own.set(weight.subarray(start, start + cells), filter * cells);
    }
    const kernel = constant(own, [filters, 1, layer.kernel, layer.kernel]);
    const image = slice(hidden, 1, channel, channel + 1);
    return conv2d(image, kernel, { padding: layer.padding, bias: none });
  });
  const bias = parameters[biasName(layer)]!.data as Float32Array;
  const size = sizeOf(layer.outputShape);
  const everywhere = Float32Array.from({ length: items * size }, (_, i) => {
    const filter = Math.floor((i % size) / (size / filters));
    return bias[filter]!;
  });
  const joined = concat([...shares, constant(everywhere, [items, ...layer.outputShape])], 1);
  return reshape(joined, [items, channels + 1, size]);
}

/** The mask of each pass, [B S, ...], from those of the samples. */
function maskOfPasses(layer: DropoutLayer, items: number): Node {
  const shape = maskShape(layer);
  const masks = input(keptName(layer), 'float32', [1, S, ...shape]);
  const ones = constant(new Float32Array(items).fill(1), [items, 1, ...shape.map(() => 1)]);
  return reshape(multiply(masks, ones), [PASSES, ...shape]);
}

/** [B S, C] -> [S, B, C], so that the results of a sample lie together. */
function samplesFirst(node: Node, items: number): Node {
  const width = staticDim('summed', node, 1);
  return transpose(reshape(node, [items, S, width]), [1, 0, 2]);
}

function keptName(layer: DropoutLayer): string {
  return `kept.${layer.name}`;
}

/** Masks [S, C + 1]: the bias is always kept. */
function keptAndBias(masks: readonly Tensor[]): Tensor {
  const width = masks[0]!.data.length + 1;
  const data = new Float32Array(masks.length * width).fill(1);
  masks.forEach((mask, sample) => {
    data.set(mask.data as Float32Array, sample * width);
  });
  return float32(data, [masks.length, width]);
}

/** Masks [1, ...] of single samples as [1, S, ...]. */
function stacked(masks: readonly Tensor[]): Tensor {
  const [, ...shape] = masks[0]!.shape;
  const size = sizeOf(shape);
  const data = new Float32Array(masks.length * size);
  masks.forEach((mask, sample) => {
    data.set(mask.data as Float32Array, sample * size);
  });
  return float32(data, [1, masks.length, ...shape]);
}
