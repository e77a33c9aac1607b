import type { Head } from '../../nn/heads.js';
import type { Network } from '../../nn/network.js';
import { noiseVarianceOf } from '../../nn/noise-variance.js';
import type { Parameters } from '../../nn/parameters.js';
import { headScale, type TargetScale } from '../../nn/targets.js';
import { inUnits } from '../head-sums.js';
import type { PoolMoments, SingleMoments } from '../moments.js';
import { nonFinitePrediction } from '../non-finite.js';
import { POINTS } from './normal-points.js';

type Fitted = {
  readonly network: Network;
  readonly parameters: Parameters;
  readonly scale: TargetScale;
};

/** What `answerMoments` gave for all rows, by the prefix of the head and the name. */
type Answers = Readonly<Record<string, Float32Array>>;

/**
 * The answers of all heads as `PoolMoments`, as if the points were samples. @throws non_finite
 * naming the row
 */
export function poolMoments(
  { network, parameters, scale }: Fitted,
  answers: Answers,
  rows: number,
): PoolMoments {
  for (const values of Object.values(answers)) {
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw nonFinitePrediction(Math.floor((bad * rows) / values.length));
  }
  const { heads } = network;
  const each = heads.map((head, k) =>
    headMoments(head, { parameters, scale: headScale(scale, k) }, answers, rows),
  );
  if (each.length === 1) return each[0]!;
  return {
    kind: 'fields',
    rows,
    samples: POINTS,
    fields: each.map((moments, k) => ({
      name: heads[k]!.name,
      deviation: headScale(scale, k).deviation,
      moments,
    })),
  };
}

function headMoments(
  head: Head,
  { parameters, scale }: Pick<Fitted, 'parameters' | 'scale'>,
  answers: Answers,
  rows: number,
): SingleMoments {
  const { output, prefix } = head;
  const of = (name: string) => answers[prefix + name]!;
  const votes = () => Uint16Array.from(of('votes'), (share) => Math.round(share * POINTS));
  const nonNegative = (name: string, unit = 1) =>
    Float64Array.from(of(name), (value) => Math.max(0, value) * unit);
  switch (output.kind) {
    case 'class':
      return {
        kind: 'class',
        rows,
        classes: output.classes,
        samples: POINTS,
        meanProbs_N_C: of('probs'),
        meanSquareProbs_N_C: of('squares'),
        expectedEntropy_N: nonNegative('entropy'),
        votes_N_C: votes(),
      };
    case 'choices':
      return {
        kind: 'choices',
        rows,
        choices: output.choices,
        samples: POINTS,
        meanProbs_N_L: Float64Array.from(of('probs')),
        expectedEntropy_N_L: nonNegative('entropy'),
        votes_N_L: votes(),
      };
    case 'number': {
      const unit = scale.deviation ** 2;
      return {
        kind: 'number',
        rows,
        samples: 1,
        mean_N: inUnits(of('mean'), scale),
        varianceOfMeans_N: nonNegative('variance', unit),
        meanOfVariances_N:
          output.noise === 'per-item'
            ? nonNegative('noise', unit)
            : new Float64Array(rows).fill(noiseVarianceOf(output, head, scale, parameters)),
      };
    }
  }
}
