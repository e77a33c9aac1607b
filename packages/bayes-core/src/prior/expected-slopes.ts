import type { PriorSpec } from '../nn/posterior-spec.js';

/** E (ln p)' and E (ln p)'' under N(mean, deviation^2). */
export type ExpectedSlopes = { readonly slope: number; readonly curvature: number };

/**
 * What a prior contributes to the natural parameters of a Gaussian that fits it best: precision -E
 * (ln p)'' and shift E (ln p)' - m E (ln p)'', the gradient of E_q ln p in the mean parameters of q
 * (Khan & Lin 2017, equation 7, by the theorems of Bonnet and Price). Exact for a Gaussian prior
 * (its own natural parameters, whatever q) and for Laplace; by the trapezoid rule for the narrow
 * part of a scale mixture, where E (ln p)'' = E[ (ln p)' (w - m) ] / d^2.
 */
export function expectedSlopes(
  prior: PriorSpec,
): (mean: number, deviation: number) => ExpectedSlopes {
  switch (prior.kind) {
    case 'gaussian': {
      const precision = prior.deviation ** -2;
      return (mean) => ({ slope: -mean * precision, curvature: -precision });
    }
    case 'laplace':
      return (mean, deviation) => {
        const ratio = mean / deviation;
        return {
          slope: -(2 * normalShare(ratio) - 1) / prior.scale,
          curvature: (-2 * normalDensity(ratio)) / (deviation * prior.scale),
        };
      };
    case 'scale-mixture':
      return mixtureSlopes(prior);
  }
}

/**
 * The precision that a prior keeps far from 0, where its narrow parts count for nothing: what makes
 * a product proper.
 */
export function tailPrecision(prior: PriorSpec): number {
  switch (prior.kind) {
    case 'gaussian':
      return prior.deviation ** -2;
    case 'laplace':
      return 0;
    case 'scale-mixture':
      return prior.wide ** -2;
  }
}

type Mixture = Extract<PriorSpec, { kind: 'scale-mixture' }>;

const NODES = 96;
/**
 * Deviations of q beyond which nothing of it is left, and log odds beyond which nothing of the
 * narrow part is.
 */
const [REACH, CERTAIN_ODDS] = [7, 36];

/**
 * (ln p)'(w) = -w / wide^2 - w (1 - r) (1 / narrow^2 - 1 / wide^2), r the share of the wide part at
 * w. The first term is exact; the second is integrated where both q and the narrow part are,
 * however far apart their widths lie.
 */
function mixtureSlopes({ share, wide, narrow }: Mixture) {
  const slab = wide ** -2;
  const excess = narrow ** -2 - slab;
  const logOdds = Math.log(share / (1 - share)) + Math.log(narrow / wide);
  const end = Math.sqrt((2 * Math.max(0, CERTAIN_ODDS - logOdds)) / excess);
  return (mean: number, deviation: number): ExpectedSlopes => {
    const from = Math.max(-end, mean - REACH * deviation);
    const to = Math.min(end, mean + REACH * deviation);
    let [slope, curvature] = [-mean * slab, -slab];
    if (!(to > from)) return { slope, curvature };
    const step = (to - from) / NODES;
    for (let i = 0; i <= NODES; i++) {
      const w = from + i * step;
      const z = (w - mean) / deviation;
      const narrowShare = 1 / (1 + Math.exp(logOdds + (w * w * excess) / 2));
      const weighted = (normalDensity(z) / deviation) * step * -w * narrowShare * excess;
      slope += weighted;
      curvature += (weighted * z) / deviation;
    }
    return { slope, curvature };
  };
}

function normalDensity(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}

/** P(Z <= z), by Simpson's rule on the density; exact to 1e-9. */
function normalShare(z: number): number {
  const end = Math.min(Math.abs(z), 9);
  const steps = 2 * Math.ceil(16 * end) || 2;
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const weight = i === 0 || i === steps ? 1 : i % 2 ? 4 : 2;
    sum += weight * normalDensity((end * i) / steps);
  }
  const half = (sum * end) / steps / 3;
  return z < 0 ? 0.5 - half : 0.5 + half;
}
