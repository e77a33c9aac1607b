import { exportPredictiveOnnx, type FittedPosterior, momentProblem } from '@dubio/bayes-core';

/**
 * The predictive model as one ONNX file; each field calibrated for which a temperature was fitted.
 */
export function exportPredictive(
  posterior: FittedPosterior,
  samples: number,
  temperatures: readonly (number | null)[],
): Uint8Array {
  return exportPredictiveOnnx({ posterior, samples, temperature: temperatures.map(asFactor) });
}

const asFactor = (temperature: number | null): number => temperature ?? 1;

/** The same as one pass of moments, or why there is none. */
type FastExport =
  | { readonly bytes: Uint8Array; readonly problem: null }
  | { readonly bytes: null; readonly problem: string };

export function exportFast(
  posterior: FittedPosterior,
  temperatures: readonly (number | null)[],
): FastExport {
  const problem = momentProblem(posterior.spec);
  if (problem !== null) return { bytes: null, problem };
  const temperature = temperatures.map(asFactor);
  return { bytes: exportPredictiveOnnx({ posterior, mode: 'fast', temperature }), problem: null };
}
