import { exportPredictiveOnnx, type FittedPosterior } from '@dubio/bayes-core';

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
