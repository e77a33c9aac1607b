import { noiseVarianceOf } from '../../likelihood/gaussian.js';
import type { Head } from '../../nn/heads.js';
import type { Network } from '../../nn/network.js';
import type { Parameters } from '../../nn/parameters.js';
import { headScale, type TargetScale } from '../../nn/targets.js';
import type { Tensor } from '../../tensor.js';
import type { ChoicesMoments } from '../choices-accumulator.js';
import type { NumericMoments, PoolMoments, SingleMoments } from '../moments.js';
import { nonFinitePrediction } from '../non-finite.js';
import { gaussianClasses } from './gaussian-classes.js';
import { normalPoints, POINTS } from './normal-points.js';
import { MOMENTS } from './output-moments.js';

/** Turns means and covariances of outputs into what is known about the answers. */
export type OutputReader = {
  add(outputs: Readonly<Record<string, Tensor>>, firstRow: number): void;
  finish(): PoolMoments;
};

type Fitted = {
  readonly network: Network;
  readonly parameters: Parameters;
  readonly scale: TargetScale;
};

export function outputReader({ network, parameters, scale }: Fitted, rows: number): OutputReader {
  const parts = network.heads.map((head, k) => ({
    head,
    scale: headScale(scale, k),
    reader: headReader(head, headScale(scale, k), parameters, rows),
  }));
  return {
    add: (outputs, firstRow) => {
      for (const { head, reader } of parts) {
        const [mean, covariance] = [MOMENTS.mean, MOMENTS.covariance].map(
          (name) => outputs[head.prefix + name]!.data,
        );
        reader.add(mean!, covariance!, firstRow);
      }
    },
    finish: () => {
      if (parts.length === 1) return parts[0]!.reader.finish();
      return {
        kind: 'fields',
        rows,
        samples: POINTS,
        fields: parts.map((part) => ({
          name: part.head.name,
          deviation: part.scale.deviation,
          moments: part.reader.finish(),
        })),
      };
    },
  };
}

export type HeadReader = {
  add(means: ArrayLike<number>, covariances: ArrayLike<number>, firstRow: number): void;
  finish(): SingleMoments;
};

function headReader(
  head: Head,
  scale: TargetScale,
  parameters: Parameters,
  rows: number,
): HeadReader {
  const { output } = head;
  switch (output.kind) {
    case 'class':
      return gaussianClasses(rows, output.classes);
    case 'choices':
      return gaussianChoices(rows, output.choices);
    case 'number': {
      const shared =
        output.noise === 'per-item' ? null : noiseVarianceOf(output, head, scale, parameters);
      return gaussianNumber(rows, scale, shared);
    }
  }
}

/**
 * Numbers in closed form: epistemic = Var[f], aleatoric = the shared noise, or E[exp s] = exp(m_s + v_s / 2) of a Gaussian log
 * variance s; in squared units of the target.
 */
function gaussianNumber(rows: number, scale: TargetScale, sharedNoise: number | null): HeadReader {
  const mean_N = new Float64Array(rows);
  const varianceOfMeans_N = new Float64Array(rows);
  const meanOfVariances_N = new Float64Array(rows).fill(sharedNoise ?? 0);
  const unit = scale.deviation ** 2;
  const width = sharedNoise === null ? 2 : 1;
  const pairs = (width * (width + 1)) / 2;
  return {
    add: (means, covariances, firstRow) => {
      for (let i = 0; i < means.length / width; i++) {
        const row = firstRow + i;
        const variance = covariances[i * pairs]!;
        if (!Number.isFinite(means[i * width]! + variance)) throw nonFinitePrediction(row);
        mean_N[row] = scale.mean + scale.deviation * means[i * width]!;
        varianceOfMeans_N[row] = Math.max(0, variance) * unit;
        if (sharedNoise === null) {
          const noise = Math.exp(means[i * width + 1]! + covariances[i * pairs + 2]! / 2);
          if (!Number.isFinite(noise)) throw nonFinitePrediction(row);
          meanOfVariances_N[row] = noise * unit;
        }
      }
    },
    finish: (): NumericMoments => ({
      kind: 'number',
      rows,
      samples: 1,
      mean_N,
      varianceOfMeans_N,
      meanOfVariances_N,
    }),
  };
}

/** Each choice a Gaussian logit of its own, integrated over the points of one axis. */
function gaussianChoices(rows: number, choices: number): HeadReader {
  const meanProbs_N_L = new Float64Array(rows * choices);
  const expectedEntropy_N_L = new Float64Array(rows * choices);
  const votes_N_L = new Uint16Array(rows * choices);
  const points = normalPoints(1);
  return {
    add: (means, variances, firstRow) => {
      for (let i = 0, at = firstRow * choices; i < means.length; i++, at++) {
        const deviation = Math.sqrt(Math.max(0, variances[i]!));
        if (!Number.isFinite(means[i]! + deviation))
          throw nonFinitePrediction(firstRow + Math.floor(i / choices));
        for (let k = 0; k < POINTS; k++) {
          const z = means[i]! + deviation * points[k]!;
          const u = Math.exp(-Math.abs(z));
          const lesser = u / (1 + u);
          meanProbs_N_L[at]! += (z > 0 ? 1 - lesser : lesser) / POINTS;
          expectedEntropy_N_L[at]! += (Math.log1p(u) + Math.abs(z) * lesser) / POINTS;
          if (z > 0) votes_N_L[at]! += 1;
        }
      }
    },
    finish: (): ChoicesMoments => ({
      kind: 'choices',
      rows,
      choices,
      samples: POINTS,
      meanProbs_N_L,
      expectedEntropy_N_L,
      votes_N_L,
    }),
  };
}
