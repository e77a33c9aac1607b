import type { PoolMoments, SingleMoments } from '../src/predict/moments.js';

// Slow twins of what packages/active-learning makes of predictions: this package stands below it.

type Parts = {
  readonly total_N: Float64Array;
  readonly aleatoric_N: Float64Array;
  readonly epistemic_N: Float64Array;
};
export type TwinUncertainty =
  | (Parts & { readonly kind: SingleMoments['kind'] })
  | (Parts & { readonly kind: 'fields'; readonly fields: readonly Parts[] });

const entropy = (probs: ArrayLike<number>): number =>
  Array.from(probs).reduce((sum, p) => sum - (p > 0 ? p * Math.log(p) : 0), 0);

const partsOf = (rows: number, of: (row: number) => readonly [number, number]): Parts => {
  const pairs = Array.from({ length: rows }, (_, row) => of(row));
  return {
    total_N: Float64Array.from(pairs, ([a, e]) => a + e),
    aleatoric_N: Float64Array.from(pairs, ([a]) => a),
    epistemic_N: Float64Array.from(pairs, ([, e]) => e),
  };
};

/**
 * Aleatoric and epistemic: nats of a choice (Houlsby et al. 2011 eq. 2), variances of a number
 * (Kendall & Gal 2017 eq. 9).
 */
function single(moments: SingleMoments): Parts & { readonly kind: SingleMoments['kind'] } {
  const { kind, rows } = moments;
  if (kind === 'number') {
    const { meanOfVariances_N, varianceOfMeans_N } = moments;
    return {
      kind,
      ...partsOf(rows, (n) => [meanOfVariances_N[n]!, varianceOfMeans_N[n]!]),
    };
  }
  const split = (aleatoric: number, total: number) =>
    [aleatoric, Math.max(0, total - aleatoric)] as const;
  if (kind === 'class') {
    const { classes, meanProbs_N_C, expectedEntropy_N } = moments;
    const total = (n: number) => entropy(meanProbs_N_C.subarray(n * classes, (n + 1) * classes));
    return { kind, ...partsOf(rows, (n) => split(expectedEntropy_N[n]!, total(n))) };
  }
  const { choices, meanProbs_N_L, expectedEntropy_N_L } = moments;
  const sumOver = (n: number, of: (at: number) => number) =>
    Array.from({ length: choices }, (_, l) => of(n * choices + l)).reduce((a, b) => a + b, 0);
  return {
    kind,
    ...partsOf(rows, (n) =>
      split(
        sumOver(n, (at) => expectedEntropy_N_L[at]!),
        sumOver(n, (at) => entropy([meanProbs_N_L[at]!, 1 - meanProbs_N_L[at]!])),
      ),
    ),
  };
}

/**
 * Uncertainty of every row; several fields are added up in nats, a number as of a Gaussian channel.
 */
export function uncertaintyOf(moments: PoolMoments): TwinUncertainty {
  if (moments.kind !== 'fields') return single(moments);
  const fields = moments.fields.map((field) => ({ ...field, own: single(field.moments) }));
  const nats = (n: number) =>
    fields.map(({ own, deviation }) => {
      const [a, e] = [own.aleatoric_N[n]!, own.epistemic_N[n]!];
      if (own.kind !== 'number') return [a, e] as const;
      return [Math.log1p(a / deviation ** 2) / 2, e > 0 ? Math.log1p(e / a) / 2 : 0] as const;
    });
  return {
    kind: 'fields',
    fields: fields.map(({ own }) => own),
    ...partsOf(fields[0]!.moments.rows, (n) =>
      nats(n).reduce(([a, e], [own, other]) => [a + own, e + other] as const, [0, 0] as const),
    ),
  };
}

/**
 * q_c = p_c^(1/T) / sum_j p_j^(1/T) of each row of `classes` probabilities (Guo et al. 2017 eq. 9).
 */
export function tempered(probs: ArrayLike<number>, classes: number, temperature: number): number[] {
  const powers = Array.from(probs, (p) => p ** (1 / temperature));
  return powers.map((power, i) => {
    const from = i - (i % classes);
    return power / powers.slice(from, from + classes).reduce((a, b) => a + b, 0);
  });
}
