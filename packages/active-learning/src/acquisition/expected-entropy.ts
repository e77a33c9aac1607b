import { entropyTerm } from '@dubio/bayes-core/pure';

/** Sums over a range of configurations: weight times entropy, and weight times its square. */
export type EntropySums = { mean: number; square: number };

export type EntropyRange = {
  readonly from: number;
  readonly to: number;
  readonly samples: number;
  readonly classes: number;
};

/**
 * Adds sum_m weight_m H[sum_k w_mk p_ck], and the same of H^2, over configurations [from, to).
 *
 * Two configurations and two classes are taken at a time, so that each loaded number serves two
 * products; that and typed arrays are all that differs from the slow twin in the tests.
 * Shapes: w [M, K], weight [M], p [C, K] (transposed). Units: nats. Cost: (to - from) K C
 * multiply-adds.
 * @see Kirsch et al. 2019 eq. 12 (the conditional form).
 */
export function addExpectedEntropy(
  sums: EntropySums,
  posterior_M_K: Float64Array,
  weights_M: Float64Array,
  probs_C_K: Float64Array,
  range: EntropyRange,
): void {
  const { from, to, samples, classes } = range;
  for (let m = from; m < to; m += 2) {
    const row0 = m * samples;
    // The last odd configuration and the last odd class are computed twice and counted once.
    const row1 = m + 1 < to ? row0 + samples : row0;
    let entropy0 = 0;
    let entropy1 = 0;
    for (let c = 0; c < classes; c += 2) {
      const col0 = c * samples;
      const col1 = c + 1 < classes ? col0 + samples : col0;
      let s00 = 0;
      let s01 = 0;
      let s10 = 0;
      let s11 = 0;
      for (let k = 0; k < samples; k++) {
        const w0 = posterior_M_K[row0 + k]!;
        const w1 = posterior_M_K[row1 + k]!;
        const p0 = probs_C_K[col0 + k]!;
        const p1 = probs_C_K[col1 + k]!;
        s00 += w0 * p0;
        s01 += w0 * p1;
        s10 += w1 * p0;
        s11 += w1 * p1;
      }
      entropy0 += entropyTerm(s00);
      entropy1 += entropyTerm(s10);
      if (col1 !== col0) {
        entropy0 += entropyTerm(s01);
        entropy1 += entropyTerm(s11);
      }
    }
    sums.mean += weights_M[m]! * entropy0;
    sums.square += weights_M[m]! * entropy0 * entropy0;
    if (row1 !== row0) {
      sums.mean += weights_M[m + 1]! * entropy1;
      sums.square += weights_M[m + 1]! * entropy1 * entropy1;
    }
  }
}
