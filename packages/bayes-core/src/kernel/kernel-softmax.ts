import { NumericsError } from '../errors.js';
import { type KernelKind, similarities } from './kernel.js';
import {
  type CrossFit,
  crossFitKernel,
  dealFolds,
  type KernelChoice,
  kindsFor,
  writeLogProbs,
} from './kernel-weights.js';
import { type PoolScaling, scaleRows } from './pool-scaling.js';
import type { Rows } from './rows.js';
import { fitSoftmaxMap } from './softmax-map.js';
import { expansionOf, spectrumFeatures, spectrumOf } from './spectrum.js';

/** Kernels that weigh less than this are left out. */
const LEAST_WEIGHT = 1e-3;

export type KernelSoftmaxRequest = {
  /** Labelled rows, not scaled. */
  readonly rows: Rows;
  readonly labels_N: Int32Array;
  /** All that are declared, seen or not. */
  readonly classes: number;
  readonly scaling: PoolScaling;
  readonly seed: number;
  /** How much each label counts when kernels are judged; default 1. */
  readonly judgedBy_N?: Float64Array | undefined;
  /** Kernels to choose among; default by the number of labels. */
  readonly kinds?: readonly KernelKind[] | undefined;
};

export type KernelMember = KernelChoice & {
  readonly weight: number;
  readonly expansion_N_C: Float64Array;
  readonly intercept_C: Float64Array;
};

/** A mixture of kernel softmax regressions, as plain numbers. */
export type KernelSoftmax = {
  readonly classes: number;
  readonly scaling: PoolScaling;
  /** Labelled rows, scaled. */
  readonly support: Rows;
  readonly members: readonly KernelMember[];
  /** ln p of each labelled row by models that did not see it, [N, C]. */
  readonly crossFitted_N_C: Float64Array;
};

/**
 * Fits softmax regressions on kernels 1 + a k, weighs them by held-out labels, and refits each on
 * all labels.
 *
 * k is (l + r) / 2, from 160 labels on also l and r alone; weights are softmax(-score). Nothing is
 * held out in the end.
 * Shapes: rows [N, D].
 * @throws NumericsError `invalid_argument` without labels or where their number is not that of the
 * rows
 * @see docs/decisions/0178. Cost: 9 N^3 for each kind of kernel, then 2 N^2 C a conjugate step.
 */
export function fitKernelSoftmax(request: KernelSoftmaxRequest): KernelSoftmax {
  const { labels_N, classes, scaling, seed, judgedBy_N } = request;
  if (labels_N.length === 0 || labels_N.length !== request.rows.rows)
    throw new NumericsError(
      'invalid_argument',
      `fitKernelSoftmax: expected a label for each row, got ${labels_N.length} labels of ${request.rows.rows} rows.`,
    );
  const support = scaleRows(request.rows, scaling);
  const folds_N = dealFolds(labels_N, seed);
  const spectra = new Map(
    (request.kinds ?? kindsFor(labels_N.length)).map((kind) => [
      kind,
      spectrumOf(similarities(support, support, kind), support.rows),
    ]),
  );
  const tried = Array.from(spectra).flatMap(([kind, spectrum]) =>
    crossFitKernel(kind, spectrum, { labels_N, classes, folds_N, judgedBy_N }),
  );
  const weighed = weigh(tried);
  const members = weighed.map(({ kind, amplitude, weight }): KernelMember => {
    const spectrum = spectra.get(kind)!;
    const features = spectrumFeatures(spectrum, amplitude);
    const { coefficients_C_M } = fitSoftmaxMap({ features, labels_N, classes });
    return { kind, amplitude, weight, ...expansionOf(spectrum, amplitude, coefficients_C_M) };
  });
  const crossFitted_N_C = mix(
    weighed.map(({ weight, logProbs_N_C }) => ({ weight, logProbs_N_C })),
  );
  return { classes, scaling, support, members, crossFitted_N_C };
}

function weigh(tried: readonly CrossFit[]): (CrossFit & { weight: number })[] {
  const best = Math.min(...tried.map(({ score }) => score));
  const raw = tried.map((fit) => ({ ...fit, weight: Math.exp(best - fit.score) }));
  const all = raw.reduce((sum, { weight }) => sum + weight, 0);
  const kept = raw.filter(({ weight }) => weight >= LEAST_WEIGHT * all);
  const total = kept.reduce((sum, { weight }) => sum + weight, 0);
  return kept.map((fit) => ({ ...fit, weight: fit.weight / total }));
}

/** ln sum_m weight_m p_m. */
function mix(
  parts: readonly { readonly weight: number; readonly logProbs_N_C: Float64Array }[],
): Float64Array {
  const [first] = parts;
  return first!.logProbs_N_C.map((_, at) =>
    Math.log(
      parts.reduce(
        (sum, { weight, logProbs_N_C }) => sum + weight * Math.exp(logProbs_N_C[at]!),
        0,
      ),
    ),
  );
}

/**
 * ln p of every class for new rows.
 * Shapes: rows [M, D], not scaled -> [M, C]. Units: nats. Cost: M N (D + C) for each kind of kernel.
 */
export function predictKernelSoftmax(model: KernelSoftmax, rows: Rows): Float64Array {
  const { classes, support, members } = model;
  const scaled = scaleRows(rows, model.scaling);
  const byKind = new Map<KernelKind, Float64Array>();
  const parts = members.map(({ kind, weight, expansion_N_C, intercept_C }) => {
    let near = byKind.get(kind);
    if (near === undefined) {
      near = similarities(scaled, support, kind);
      byKind.set(kind, near);
    }
    const logits = new Float64Array(rows.rows * classes);
    for (let n = 0; n < rows.rows; n++) {
      for (let c = 0; c < classes; c++) logits[n * classes + c] = intercept_C[c]!;
      for (let s = 0; s < support.rows; s++) {
        const similar = near[n * support.rows + s]!;
        for (let c = 0; c < classes; c++)
          logits[n * classes + c]! += similar * expansion_N_C[s * classes + c]!;
      }
    }
    const logProbs_N_C = new Float64Array(logits.length);
    for (let n = 0; n < rows.rows; n++) writeLogProbs(logits, n, classes, logProbs_N_C);
    return { weight, logProbs_N_C };
  });
  return mix(parts);
}
