import { bitsAt, entropyTerm, logSumExp, type Stream } from '@dubio/bayes-core/pure';
import type { LogProbs } from '../uncertainty/predictive-moments.js';
import { addExpectedEntropy, type EntropySums } from './expected-entropy.js';

/** Drawn joint answers for each posterior sample between two looks at who can still win. */
const BLOCK_DRAWS = 5;

/** A class that no posterior sample gives more than this is left out of the sums. */
const NEGLIGIBLE = 1e-9;

/** A candidate is out this many standard errors below the best (one in 30,000 by chance). */
const ADAPTIVE_ERRORS = 4;

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
 * The information of another item i is then I(y_i; w | y_S) = sum_m weight_m H[sum_k w_mk p_ik] -
 * mean_k H[p_ik]. The term H[y_S], the same for all candidates, never enters, so nothing large
 * cancels; and each drawn configuration carries a whole distribution over y_i, not one drawn
 * answer.
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

  /**
   * I(y_i; w | y_S) of candidate i in nats.
   *
   * Where joint answers are drawn, the sum stops early once the gain is `ADAPTIVE_ERRORS` standard
   * errors below `wanted`; what comes back is then the estimate so far with its (larger) standard
   * error.
   * Cost: at most M K C multiply-adds and M C logarithms.
   */
  gain(candidate: number, wanted = Number.NEGATIVE_INFINITY): Gain {
    const { samples } = this.candidates;
    const classes = this.loadProbs(candidate);
    const { posterior_M_K, weights_M, probs_C_K } = this;
    const aleatoric = this.aleatoric_N[candidate]!;
    const count = weights_M.length;
    const block = this.exact ? count : BLOCK_DRAWS * samples;
    const sums = { mean: 0, square: 0 };
    let gain: Gain = { nats: 0, standardError: 0 };
    for (let from = 0; from < count; from += block) {
      const to = Math.min(count, from + block);
      addExpectedEntropy(sums, posterior_M_K, weights_M, probs_C_K, { from, to, samples, classes });
      gain = this.exact
        ? { nats: sums.mean - aleatoric, standardError: 0 }
        : drawnGain(sums, aleatoric, to, count);
      if (gain.nats + ADAPTIVE_ERRORS * gain.standardError < wanted) break;
    }
    return gain;
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

  /**
   * p_ik transposed to [C', K] and mean_k H[p_ik] of one candidate; C' are the classes that some
   * sample gives more than `NEGLIGIBLE`, the others together change a gain by less than C * 3e-8
   * nats.
   */
  private loadProbs(candidate: number): number {
    const { samples, classes, logProbs_N_K_C } = this.candidates;
    let entropy = 0;
    let live = 0;
    for (let c = 0; c < classes; c++) {
      let greatest = 0;
      for (let k = 0; k < samples; k++) {
        const p = Math.exp(logProbs_N_K_C[(candidate * samples + k) * classes + c]!);
        this.probs_C_K[live * samples + k] = p;
        entropy += entropyTerm(p);
        if (p > greatest) greatest = p;
      }
      if (greatest > NEGLIGIBLE) live++;
    }
    this.aleatoric_N[candidate] = entropy / samples;
    return live;
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

  /**
   * Posterior over the samples by configuration; joint answers that cannot happen get no weight.
   */
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

/** Mean and standard error over the first `seen` of `count` equally weighted configurations. */
function drawnGain(sums: EntropySums, aleatoric: number, seen: number, count: number): Gain {
  const mean = (sums.mean * count) / seen;
  const variance = Math.max(0, (sums.square * count) / seen - mean * mean);
  return { nats: mean - aleatoric, standardError: Math.sqrt(variance / seen) };
}
