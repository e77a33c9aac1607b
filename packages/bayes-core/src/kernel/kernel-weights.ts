import { permutation } from '../random/choice.js';
import { stream } from '../random/stream.js';
import type { KernelKind } from './kernel.js';
import { fitSoftmaxMap } from './softmax-map.js';
import { type Spectrum, spectrumFeatures } from './spectrum.js';

/** One kernel: 1 + amplitude k. */
export type KernelChoice = { readonly kind: KernelKind; readonly amplitude: number };

export type CrossFit = {
  readonly kind: KernelKind;
  readonly amplitude: number;
  /** Summed negative log likelihood of held-out labels and of the amplitude's belief, nats. */
  readonly score: number;
  /** ln p of every row by the model that did not see it, [N, C]. */
  readonly logProbs_N_C: Float64Array;
};

const AMPLITUDES = [1, 8, 64, 512, 4096];
/** From so many labels on the least amplitude is not tried, and each kernel alone is. */
export const MANY_LABELS = 160;
/** ln amplitude is believed around ln 16 with a deviation of ln 8 over sqrt(1.2). */
const BELIEVED = { centre: 16, width: Math.log(8), weight: 0.6 };
/** Nats behind the best at which greater amplitudes are not tried. */
const FAR_BEHIND = 4;
/** Fits of folds end this near to their optimum, nats: far less than what tells kernels apart. */
const FOLD_TOLERANCE = 0.01;

export const amplitudesFor = (labels: number): readonly number[] =>
  labels >= MANY_LABELS ? AMPLITUDES.slice(1) : AMPLITUDES;

/** Below `MANY_LABELS` the mixed kernel does as well alone. */
export const kindsFor = (labels: number): readonly KernelKind[] =>
  labels >= MANY_LABELS ? ['linear', 'mixed', 'radial'] : ['mixed'];

const foldsFor = (labels: number): number => (labels <= 20 ? labels : labels <= 80 ? 10 : 5);

/**
 * The fold of each row. Classes are spread evenly: rows are dealt out class by class, in an order
 * drawn with the seed. Up to 20 labels each row is a fold of its own.
 */
export function dealFolds(labels_N: Int32Array, seed: number): Int32Array {
  const count = foldsFor(labels_N.length);
  const drawn = Array.from(permutation(stream(seed).split('kernel-folds'), labels_N.length));
  const byClass = drawn.sort((a, b) => labels_N[a]! - labels_N[b]!);
  const folds_N = new Int32Array(labels_N.length);
  for (let place = 0; place < byClass.length; place++) folds_N[byClass[place]!] = place % count;
  return folds_N;
}

/**
 * Judges amplitudes of one kernel by labels that were held out in turn.
 *
 * score(a) = -sum_i v_i ln p_{-fold(i)}(y_i) + .6 (ln(a / 16) / ln 8)^2. Amplitudes rise and end
 * where a score is four nats behind the best; a fit of all labels begins from that of the amplitude
 * before, and those of the folds from it.
 * Shapes: labels [N], v [N]. Units: nats.
 */
export function crossFitKernel(
  kind: KernelKind,
  spectrum: Spectrum,
  request: {
    readonly labels_N: Int32Array;
    readonly classes: number;
    readonly folds_N: Int32Array;
    /** How much each held-out label counts, v; default 1. */
    readonly judgedBy_N?: Float64Array | undefined;
  },
): CrossFit[] {
  const { labels_N, classes, folds_N, judgedBy_N } = request;
  const rows = labels_N.length;
  const folds = Array.from(new Set(folds_N));
  const found: CrossFit[] = [];
  let whole: Float64Array | undefined;
  let before = 0;
  let best = Number.POSITIVE_INFINITY;
  for (const amplitude of amplitudesFor(rows)) {
    const features = spectrumFeatures(spectrum, amplitude);
    if (whole !== undefined) rescale(whole, features.columns, Math.sqrt(before / amplitude));
    const fit = { features, labels_N, classes, tolerance: FOLD_TOLERANCE };
    whole = fitSoftmaxMap({ ...fit, start_C_M: whole }).coefficients_C_M;
    const logProbs_N_C = new Float64Array(rows * classes);
    let score = BELIEVED.weight * (Math.log(amplitude / BELIEVED.centre) / BELIEVED.width) ** 2;
    for (const fold of folds) {
      const weights_N = Float64Array.from(folds_N, (own) => (own === fold ? 0 : 1));
      const { logits_N_C } = fitSoftmaxMap({ ...fit, weights_N, start_C_M: whole });
      for (let n = 0; n < rows; n++) {
        if (folds_N[n] !== fold) continue;
        writeLogProbs(logits_N_C, n, classes, logProbs_N_C);
        score -= (judgedBy_N?.[n] ?? 1) * logProbs_N_C[n * classes + labels_N[n]!]!;
      }
    }
    found.push({ kind, amplitude, score, logProbs_N_C });
    best = Math.min(best, score);
    if (score > best + FAR_BEHIND) break;
    before = amplitude;
  }
  return found;
}

/** The same function under another amplitude; the first column is the intercept. */
function rescale(coefficients_C_M: Float64Array, columns: number, factor: number): void {
  for (let i = 0; i < coefficients_C_M.length; i++)
    if (i % columns !== 0) coefficients_C_M[i]! *= factor;
}

/** ln softmax of one row of logits. */
export function writeLogProbs(
  logits_N_C: Float64Array,
  row: number,
  classes: number,
  to: Float64Array,
): void {
  const from = row * classes;
  let most = Number.NEGATIVE_INFINITY;
  for (let c = from; c < from + classes; c++) most = Math.max(most, logits_N_C[c]!);
  let sum = 0;
  for (let c = from; c < from + classes; c++) sum += Math.exp(logits_N_C[c]! - most);
  for (let c = from; c < from + classes; c++) to[c] = logits_N_C[c]! - most - Math.log(sum);
}
