import type { ClassMoments } from '../moments.js';
import { nonFinitePrediction } from '../non-finite.js';
import type { HeadReader } from './head-moments.js';
import { normalPoints, POINTS } from './normal-points.js';
import { pairIndex } from './pairs.js';

/** A rival whose odds stay this far (nats) behind those of the best rival, both at four deviations, is left out. */
const FAR_BEHIND = 25;
/** A rival this far ahead (nats) has won; more would overflow. */
const FAR_AHEAD = 700;
/** A remainder of a variance below this share of it is rounding: the covariance of the gaps has no full rank. */
const SMALLEST_PIVOT = 1e-6;

/** The mean logits of one item and the covariance of two of them. */
type Logits = {
  readonly mean: (c: number) => number;
  readonly between: (c: number, d: number) => number;
};

/** The rivals of the favourite in order of how likely they are to win; `factor` is written for them. */
type Race = { readonly favourite: number; readonly count: number };

/**
 * What Gaussian logits say about classes: p = E[softmax z] and E[H(softmax z)] for z ~ N(m, S), as means over `POINTS` fixed
 * points z_k = m + L e_k, L the Cholesky factor. Only gaps to the likeliest class count; they are taken in order of ln E[odds],
 * so that the first axis of the points, which is evenly filled, is the gap to the strongest rival.
 *
 * All is as if the points were posterior samples, so epistemic = H[p] - mean H[p_k] is never negative and at most ln C.
 * Shapes: means [n, C], covariances as `outputMoments` gives them. Units: nats. Cost: `POINTS` C^2 / 2 an item at most.
 */
export function gaussianClasses(rows: number, classes: number): HeadReader {
  const meanProbs_N_C = new Float32Array(rows * classes);
  const meanSquareProbs_N_C = new Float32Array(rows * classes);
  const expectedEntropy_N = new Float64Array(rows);
  const votes_N_C = new Uint16Array(rows * classes);
  const axes = classes - 1;
  const points = normalPoints(axes);
  const [gaps, worth, reach] = [1, 2, 3].map(() => new Float64Array(classes)) as Triple;
  const [odds, sums, squares] = [1, 2, 3].map(() => new Float64Array(classes)) as Triple;
  const factor = new Float64Array(axes * axes);
  const rivals = new Int32Array(classes);

  function startRace({ mean, between }: Logits, row: number): Race {
    let favourite = 0;
    for (let c = 0; c < classes; c++) {
      if (!Number.isFinite(mean(c))) throw nonFinitePrediction(row);
      if (mean(c) > mean(favourite)) favourite = c;
    }
    const own = between(favourite, favourite);
    let greatest = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classes; c++) {
      if (c === favourite) continue;
      const variance = between(c, c) + own - 2 * between(c, favourite);
      if (!Number.isFinite(variance)) throw nonFinitePrediction(row);
      gaps[c] = mean(c) - mean(favourite);
      worth[c] = gaps[c]! + variance / 2;
      reach[c] = gaps[c]! + 4 * Math.sqrt(Math.max(0, variance));
      if (reach[c]! > greatest) greatest = reach[c]!;
    }
    let count = 0;
    for (let c = 0; c < classes; c++) {
      if (c === favourite || reach[c]! < greatest - FAR_BEHIND) continue;
      let at = count++;
      for (; at > 0 && worth[rivals[at - 1]!]! < worth[c]!; at--) rivals[at] = rivals[at - 1]!;
      rivals[at] = c;
    }
    return { favourite, count };
  }

  /** Cholesky factor of Cov(z_c - z_favourite, z_d - z_favourite). */
  function factorise({ favourite, count }: Race, { between }: Logits): void {
    const own = between(favourite, favourite);
    for (let a = 0; a < count; a++) {
      const c = rivals[a]!;
      const shared = own - between(c, favourite);
      for (let b = 0; b <= a; b++) {
        const d = rivals[b]!;
        const whole = between(c, d) + shared - between(d, favourite);
        let rest = whole;
        for (let k = 0; k < b; k++) rest -= factor[a * axes + k]! * factor[b * axes + k]!;
        if (a === b) factor[a * axes + a] = rest > SMALLEST_PIVOT * whole ? Math.sqrt(rest) : 0;
        else {
          const pivot = factor[b * axes + b]!;
          factor[a * axes + b] = pivot > 0 ? rest / pivot : 0;
        }
      }
    }
  }

  function integrate({ favourite, count }: Race, row: number): void {
    sums.fill(0);
    squares.fill(0);
    let entropy = 0;
    // Of certain logits every point is the same.
    const isCertain = factor.subarray(0, count * axes).every((value) => value === 0);
    const used = isCertain ? 1 : POINTS;
    for (let k = 0; k < used; k++) {
      let [norm, weighed, best, winner] = [1, 0, 0, favourite];
      for (let a = 0; a < count; a++) {
        let gap = gaps[rivals[a]!]!;
        for (let b = 0; b <= a; b++) gap += factor[a * axes + b]! * points[k * axes + b]!;
        if (gap > FAR_AHEAD) gap = FAR_AHEAD;
        const ratio = Math.exp(gap);
        odds[a] = ratio;
        norm += ratio;
        weighed += gap * ratio;
        if (gap > best) {
          best = gap;
          winner = rivals[a]!;
        }
      }
      const share = 1 / norm;
      entropy += Math.log(norm) - weighed * share;
      sums[favourite]! += share;
      squares[favourite]! += share * share;
      for (let a = 0; a < count; a++) {
        const p = odds[a]! * share;
        sums[rivals[a]!]! += p;
        squares[rivals[a]!]! += p * p;
      }
      votes_N_C[row * classes + winner]! += POINTS / used;
    }
    expectedEntropy_N[row] = Math.max(0, entropy / used);
    for (let c = 0; c < classes; c++) {
      meanProbs_N_C[row * classes + c] = sums[c]! / used;
      meanSquareProbs_N_C[row * classes + c] = squares[c]! / used;
    }
  }

  return {
    add: (means, covariances, firstRow) => {
      const items = means.length / classes;
      const width = covariances.length / items;
      const isPaired = width > classes;
      for (let i = 0; i < items; i++) {
        const logits: Logits = {
          mean: (c) => means[i * classes + c]!,
          between: (c, d) => {
            if (isPaired) return covariances[i * width + pairIndex(classes, c, d)]!;
            return c === d ? covariances[i * width + c]! : 0;
          },
        };
        const race = startRace(logits, firstRow + i);
        factorise(race, logits);
        integrate(race, firstRow + i);
      }
    },
    finish: (): ClassMoments => ({
      kind: 'class',
      rows,
      classes,
      samples: POINTS,
      meanProbs_N_C,
      meanSquareProbs_N_C,
      expectedEntropy_N,
      votes_N_C,
    }),
  };
}

type Triple = [Float64Array, Float64Array, Float64Array];
