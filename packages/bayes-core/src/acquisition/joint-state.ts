import { bitsAt, type Stream } from '../random/stream.js';
import { entropyTerm, logSumExp } from '../uncertainty/log-space.js';
import type { LogProbs } from '../uncertainty/predictive-moments.js';

/** How a batch's joint answers are summed over. */
export type JointOptions = {
  /** Up to this many joint answers C^b are enumerated; beyond, they are drawn. */
  readonly maxExactConfigurations: number;
  /** Joint answers drawn when there are too many; rounded up to a multiple of K. */
  readonly sampledConfigurations: number;
};

/** The expected information of one more item, and its standard error (0 where enumerated). */
export type Gain = { readonly nats: number; readonly standardError: number };

/**
 * The items picked so far, as a weighted set of joint answers ("configurations") and, for each, the
 * posterior over the K samples once that answer is known:
 *
 *   w_mk = p(w_k | y_S = m), weight_m = p(y_S = m)            enumerated
 *   y_S = m drawn from p(. | w_k), k going evenly round       drawn, weight_m = 1/M
 *
 * The information of another item i is then I(y_i; w | y_S) = sum_m weight_m H[sum_k w_mk p_ik] - mean_k H[p_ik].
 * The term H[y_S], the same for all candidates, never enters, so nothing large cancels; and each drawn
 * configuration carries a whole distribution over y_i, not one drawn answer.
 */
export class JointState {
  private readonly picked: number[] = [];
  private posterior_M_K: Float64Array;
  private logLikelihood_M_K: Float64Array;
  private weights_M: Float64Array;
  private sources_M: Int32Array | undefined;
  private readonly probs_C_K: Float64Array;
  private readonly aleatoric_N: Float64Array;

  constructor(
    private readonly candidates: LogProbs,
    private readonly options: JointOptions,
    private readonly noise: Stream,
  ) {
    const { samples, classes, rows } = candidates;
    this.posterior_M_K = new Float64Array(samples).fill(1 / samples);
    this.logLikelihood_M_K = new Float64Array(samples);
    this.weights_M = new Float64Array([1]);
    this.probs_C_K = new Float64Array(samples * classes);
    this.aleatoric_N = new Float64Array(rows).fill(Number.NaN);
  }

  get exact(): boolean {
    return this.sources_M === undefined;
  }

  get configurations(): number {
    return this.weights_M.length;
  }

  /** I(y_i; w | y_S) of candidate i in nats. Cost: M K C multiply-adds and M C logarithms. */
  gain(candidate: number): Gain {
    const { samples, classes } = this.candidates;
    this.loadProbs(candidate);
    const { posterior_M_K, weights_M, probs_C_K } = this;
    let mean = 0;
    let square = 0;
    for (let m = 0; m < weights_M.length; m++) {
      let entropy = 0;
      for (let c = 0; c < classes; c++)
        entropy += entropyTerm(dot(posterior_M_K, m * samples, probs_C_K, c * samples, samples));
      mean += weights_M[m]! * entropy;
      square += weights_M[m]! * entropy * entropy;
    }
    const variance = this.exact ? 0 : Math.max(0, square - mean * mean);
    return {
      nats: mean - this.aleatoric_N[candidate]!,
      standardError: Math.sqrt(variance / weights_M.length),
    };
  }

  /** Adds a candidate to the batch: enumerates its answers, or draws one for each configuration. */
  pick(candidate: number): void {
    const { classes } = this.candidates;
    this.picked.push(candidate);
    if (this.exact && this.configurations * classes <= this.options.maxExactConfigurations) {
      this.enumerate(candidate);
    } else if (this.exact) {
      this.startDrawing();
      for (let step = 0; step < this.picked.length; step++) this.draw(this.picked[step]!, step);
    } else this.draw(candidate, this.picked.length - 1);
    this.normalise();
  }

  /** p_ik transposed to [C, K], and mean_k H[p_ik], of one candidate. */
  private loadProbs(candidate: number): void {
    const { samples, classes, logProbs_N_K_C } = this.candidates;
    let entropy = 0;
    for (let k = 0; k < samples; k++)
      for (let c = 0; c < classes; c++) {
        const p = Math.exp(logProbs_N_K_C[(candidate * samples + k) * classes + c]!);
        this.probs_C_K[c * samples + k] = p;
        entropy += entropyTerm(p);
      }
    this.aleatoric_N[candidate] = entropy / samples;
  }

  private enumerate(candidate: number): void {
    const { samples, classes, logProbs_N_K_C } = this.candidates;
    const before = this.logLikelihood_M_K;
    const after = new Float64Array(before.length * classes);
    for (let m = 0; m < this.weights_M.length; m++)
      for (let c = 0; c < classes; c++)
        for (let k = 0; k < samples; k++)
          after[(m * classes + c) * samples + k] =
            before[m * samples + k]! + logProbs_N_K_C[(candidate * samples + k) * classes + c]!;
    this.logLikelihood_M_K = after;
  }

  private startDrawing(): void {
    const { samples } = this.candidates;
    const count = Math.ceil(this.options.sampledConfigurations / samples) * samples;
    this.sources_M = Int32Array.from({ length: count }, (_, m) => m % samples);
    this.logLikelihood_M_K = new Float64Array(count * samples);
  }

  /** Draws y_i ~ p(. | w_source) for every configuration. */
  private draw(candidate: number, step: number): void {
    const { samples, classes, logProbs_N_K_C } = this.candidates;
    const [key0, key1] = this.noise.at(step).key;
    const sources_M = this.sources_M!;
    for (let m = 0; m < sources_M.length; m++) {
      const from = (candidate * samples + sources_M[m]!) * classes;
      let left = (bitsAt(key0, key1, m) + 0.5) / 2 ** 32;
      let answer = 0;
      for (let c = 0; c < classes; c++) {
        const p = Math.exp(logProbs_N_K_C[from + c]!);
        if (p > 0) answer = c;
        left -= p;
        if (left < 0) break;
      }
      for (let k = 0; k < samples; k++)
        this.logLikelihood_M_K[m * samples + k]! +=
          logProbs_N_K_C[(candidate * samples + k) * classes + answer]!;
    }
  }

  /** Posterior over the samples by configuration; joint answers that cannot happen get no weight. */
  private normalise(): void {
    const { samples } = this.candidates;
    const { logLikelihood_M_K } = this;
    const count = logLikelihood_M_K.length / samples;
    this.posterior_M_K = new Float64Array(logLikelihood_M_K.length);
    this.weights_M = new Float64Array(count);
    for (let m = 0; m < count; m++) {
      const evidence = logSumExp(logLikelihood_M_K, m * samples, (m + 1) * samples);
      if (evidence === Number.NEGATIVE_INFINITY) continue;
      this.weights_M[m] = this.exact ? Math.exp(evidence) / samples : 1 / count;
      for (let k = m * samples; k < (m + 1) * samples; k++)
        this.posterior_M_K[k] = Math.exp(logLikelihood_M_K[k]! - evidence);
    }
  }
}

/** Four running sums, so that one addition need not wait for the one before. */
function dot(a: Float64Array, atA: number, b: Float64Array, atB: number, length: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 3 < length; i += 4) {
    s0 += a[atA + i]! * b[atB + i]!;
    s1 += a[atA + i + 1]! * b[atB + i + 1]!;
    s2 += a[atA + i + 2]! * b[atB + i + 2]!;
    s3 += a[atA + i + 3]! * b[atB + i + 3]!;
  }
  for (; i < length; i++) s0 += a[atA + i]! * b[atB + i]!;
  return s0 + s1 + s2 + s3;
}
