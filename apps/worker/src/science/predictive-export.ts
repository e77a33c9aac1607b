import { exportPredictiveOnnx, type FittedPosterior, momentProblem } from '@dubio/bayes-core';

/** The predictive model as one ONNX file; calibrated when a temperature was fitted. */
export async function exportPredictive(
  posterior: FittedPosterior,
  samples: number,
  temperature: number | null,
): Promise<Uint8Array> {
  return exportPredictiveOnnx({
    posterior,
    samples,
    ...(temperature === null ? {} : { temperature }),
  });
}

/** The same as one pass of moments, or why there is none. */
type FastExport =
  | { readonly bytes: Uint8Array; readonly problem: null }
  | { readonly bytes: null; readonly problem: string };

export function exportFast(posterior: FittedPosterior, temperature: number | null): FastExport {
  const problem = momentProblem(posterior.spec);
  if (problem !== null) return { bytes: null, problem };
  const calibrated = temperature === null ? {} : { temperature };
  return { bytes: exportPredictiveOnnx({ posterior, mode: 'fast', ...calibrated }), problem: null };
}
