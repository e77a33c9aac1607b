import { NumericsError } from '../errors.js';
import type { ChoicesMoments } from './choices-accumulator.js';
import { nonFinitePrediction } from './non-finite.js';

/**
 * What is known about classes after T samples, as sums: N x (3C + 1) numbers instead of N x T x C.
 * Uncertainties follow: total = H[mean p], aleatoric = mean H, epistemic = total - aleatoric.
 */
export type ClassMoments = {
  readonly kind: 'class';
  readonly rows: number;
  readonly classes: number;
  readonly samples: number;
  /** 1/T sum_t p_t, [N, C]. */
  readonly meanProbs_N_C: Float32Array;
  /** 1/T sum_t p_t^2, [N, C]. */
  readonly meanSquareProbs_N_C: Float32Array;
  /** 1/T sum_t H[p_t] in nats, [N]. */
  readonly expectedEntropy_N: Float64Array;
  /** How many samples prefer each class, [N, C]. */
  readonly votes_N_C: Uint16Array;
};

/**
 * Numbers: total variance = variance of the means (epistemic) + mean of the variances (aleatoric).
 */
export type NumericMoments = {
  readonly kind: 'number';
  readonly rows: number;
  readonly samples: number;
  /** In units of the target. */
  readonly mean_N: Float64Array;
  /** In squared units of the target; divided by T, not T - 1. */
  readonly varianceOfMeans_N: Float64Array;
  readonly meanOfVariances_N: Float64Array;
};

/** What is known about one question. */
export type SingleMoments = ClassMoments | ChoicesMoments | NumericMoments;

/** Several questions answered by the same samples. */
export type FieldsMoments = {
  readonly kind: 'fields';
  readonly rows: number;
  readonly samples: number;
  readonly fields: readonly {
    readonly name: string;
    /** Standard deviation of the training answers, where they are numbers; 1 elsewhere. */
    readonly deviation: number;
    readonly moments: SingleMoments;
  }[];
};

export type PoolMoments = SingleMoments | FieldsMoments;

/** Adds up class probabilities sample by sample, in float64. */
export class ClassAccumulator {
  private readonly sums: Float64Array;
  private readonly squares: Float64Array;
  private readonly entropies: Float64Array;
  private readonly votes: Uint16Array;

  constructor(
    private readonly rows: number,
    private readonly classes: number,
    private readonly samples: number,
  ) {
    this.sums = new Float64Array(rows * classes);
    this.squares = new Float64Array(rows * classes);
    this.entropies = new Float64Array(rows);
    this.votes = new Uint16Array(rows * classes);
  }

  /**
   * One sample's probabilities of the rows from `firstRow` on. @throws non_finite naming the row
   */
  add(probs: ArrayLike<number>, logProbs: ArrayLike<number>, firstRow: number): void {
    const { classes, sums, squares } = this;
    const count = probs.length / classes;
    let at = firstRow * classes;
    for (let row = 0, i = 0; row < count; row++) {
      let entropy = 0;
      let best = -1;
      let bestClass = 0;
      for (let c = 0; c < classes; c++, i++, at++) {
        const p = probs[i]!;
        sums[at]! += p;
        squares[at]! += p * p;
        // A probability that rounds to zero adds nothing, whatever its logarithm.
        if (p > 0) entropy -= p * logProbs[i]!;
        if (p > best) {
          best = p;
          bestClass = c;
        }
      }
      if (!Number.isFinite(entropy) || best < 0) throw nonFinitePrediction(firstRow + row);
      this.entropies[firstRow + row]! += entropy;
      this.votes[at - classes + bestClass]! += 1;
    }
  }

  finish(): ClassMoments {
    const share = 1 / this.samples;
    return {
      kind: 'class',
      rows: this.rows,
      classes: this.classes,
      samples: this.samples,
      meanProbs_N_C: Float32Array.from(this.sums, (sum) => sum * share),
      meanSquareProbs_N_C: Float32Array.from(this.squares, (sum) => sum * share),
      expectedEntropy_N: this.entropies.map((sum) => sum * share),
      votes_N_C: this.votes,
    };
  }
}

/** Mean and variance of predicted numbers, by Welford's updates. */
export class NumberAccumulator {
  private readonly mean: Float64Array;
  private readonly scatter: Float64Array;
  private readonly variances: Float64Array;
  private readonly seen: Uint32Array;

  constructor(
    private readonly rows: number,
    private readonly samples: number,
  ) {
    this.mean = new Float64Array(rows);
    this.scatter = new Float64Array(rows);
    this.variances = new Float64Array(rows);
    this.seen = new Uint32Array(rows);
  }

  /**
   * One sample's means of the rows from `firstRow` on, and the noise variance of all or of each.
   * @throws non_finite naming the row
   */
  add(means: ArrayLike<number>, noiseVariance: number | ArrayLike<number>, firstRow: number): void {
    for (let i = 0; i < means.length; i++) {
      const row = firstRow + i;
      const value = means[i]!;
      const variance = typeof noiseVariance === 'number' ? noiseVariance : noiseVariance[i]!;
      if (!Number.isFinite(value) || !Number.isFinite(variance)) throw nonFinitePrediction(row);
      this.seen[row]! += 1;
      const delta = value - this.mean[row]!;
      this.mean[row]! += delta / this.seen[row]!;
      this.scatter[row]! += delta * (value - this.mean[row]!);
      this.variances[row]! += variance / this.samples;
    }
  }

  finish(): NumericMoments {
    return {
      kind: 'number',
      rows: this.rows,
      samples: this.samples,
      mean_N: this.mean,
      varianceOfMeans_N: this.scatter.map((scatter) => scatter / this.samples),
      meanOfVariances_N: this.variances,
    };
  }
}

/** The sums that every rule by moments asks for; squares are asked for by mean-std alone. */
export type ClassSums = Pick<
  ClassMoments,
  'rows' | 'classes' | 'samples' | 'meanProbs_N_C' | 'expectedEntropy_N' | 'votes_N_C'
>;

/**
 * What two sets of samples say of the same items together: means weighted by how many samples each
 * has, votes added.
 * Shapes: [N, C], [N] -> the same. @throws invalid_argument when they are of other items or
 * classes. Cost: N C.
 */
export function joinClassSums(first: ClassSums, rest: ClassSums): ClassSums {
  const { rows, classes } = first;
  if (rest.rows !== rows || rest.classes !== classes)
    throw new NumericsError(
      'invalid_argument',
      `joinClassSums: expected ${rows} items of ${classes} classes again, got ${rest.rows} of ${rest.classes}.`,
      { rows: rest.rows, classes: rest.classes },
    );
  const samples = first.samples + rest.samples;
  const joined = (a: number, b: number) => (first.samples * a + rest.samples * b) / samples;
  return {
    rows,
    classes,
    samples,
    meanProbs_N_C: first.meanProbs_N_C.map((p, i) => joined(p, rest.meanProbs_N_C[i]!)),
    expectedEntropy_N: first.expectedEntropy_N.map((h, n) => joined(h, rest.expectedEntropy_N[n]!)),
    votes_N_C: first.votes_N_C.map((votes, i) => votes + rest.votes_N_C[i]!),
  };
}
