import type { Head } from '../nn/heads.js';
import type { Network } from '../nn/network.js';
import { noiseVarianceOf } from '../nn/noise-variance.js';
import { headScale, type TargetScale } from '../nn/targets.js';
import type { NetworkSample } from '../posterior/family.js';
import type { Tensor } from '../tensor.js';
import { ChoicesAccumulator } from './choices-accumulator.js';
import {
  ClassAccumulator,
  NumberAccumulator,
  type PoolMoments,
  type SingleMoments,
} from './moments.js';

/** Adds up what the samples predict, see `predictiveOutputs`. */
export type PoolSums<Moments extends PoolMoments = PoolMoments> = {
  /** One sample's predictions of the rows from `firstRow` on. @throws non_finite naming the row */
  add(outputs: Readonly<Record<string, Tensor>>, sample: NetworkSample, firstRow: number): void;
  finish(): Moments;
};

type Size = { readonly rows: number; readonly samples: number };

/** Sums for every head of a network; several fields are kept side by side. */
export function poolSums({ heads }: Network, scale: TargetScale, size: Size): PoolSums {
  const parts = heads.map((head, k) => headSums(head, headScale(scale, k), size));
  if (heads.length === 1) return parts[0]!;
  return {
    add: (outputs, sample, firstRow) => {
      for (const part of parts) part.add(outputs, sample, firstRow);
    },
    finish: () => ({
      kind: 'fields',
      ...size,
      fields: parts.map((part, k) => ({
        name: heads[k]!.name,
        deviation: headScale(scale, k).deviation,
        moments: part.finish(),
      })),
    }),
  };
}

function headSums(head: Head, scale: TargetScale, size: Size): PoolSums<SingleMoments> {
  const { output, prefix } = head;
  const { rows, samples } = size;
  const dataOf = (outputs: Readonly<Record<string, Tensor>>, name: string) =>
    outputs[prefix + name]!.data;
  switch (output.kind) {
    case 'class': {
      const sums = new ClassAccumulator(rows, output.classes, samples);
      return {
        add: (outputs, _sample, firstRow) =>
          sums.add(dataOf(outputs, 'probs'), dataOf(outputs, 'logProbs'), firstRow),
        finish: () => sums.finish(),
      };
    }
    case 'choices': {
      const sums = new ChoicesAccumulator(rows, output.choices, samples);
      return {
        add: (outputs, _sample, firstRow) => sums.add(dataOf(outputs, 'logits'), firstRow),
        finish: () => sums.finish(),
      };
    }
    case 'number': {
      const sums = new NumberAccumulator(rows, samples);
      const variance = scale.deviation ** 2;
      return {
        add: (outputs, { parameters }, firstRow) => {
          const noise =
            output.noise === 'per-item'
              ? Float64Array.from(dataOf(outputs, 'logVariance'), (s) => Math.exp(s) * variance)
              : noiseVarianceOf(output, head, scale, parameters);
          sums.add(inUnits(dataOf(outputs, 'mean'), scale), noise, firstRow);
        },
        finish: () => sums.finish(),
      };
    }
  }
}

/** Standardised means in units of the target. */
export function inUnits(means: ArrayLike<number>, { mean, deviation }: TargetScale): Float64Array {
  return Float64Array.from(means, (value) => mean + deviation * value);
}
