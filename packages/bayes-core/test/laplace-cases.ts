import { createOnnxEngine } from '../src/engine/onnx/engine.js';
import type { LaplaceSpec } from '../src/nn/posterior-spec.js';
import type { PartialModelSpec } from '../src/nn/spec.js';
import type { LabelledRows } from '../src/nn/targets.js';
import { normal } from '../src/random/normal.js';
import { stream } from '../src/random/stream.js';

export const engine = createOnnxEngine();
export const UNITS = 7;

export function spec(
  curvature: 'kronecker' | 'full',
  output: PartialModelSpec['output'],
  priorPrecision: LaplaceSpec['priorPrecision'] = 'evidence',
): PartialModelSpec {
  return {
    network: { layers: [{ kind: 'dense', units: UNITS }, { kind: 'tanh' }] },
    input: { shape: [3] },
    output,
    posterior: { kind: 'laplace-last-layer', curvature, priorPrecision },
    optimiser: { learningRate: 0.01 },
    batchSize: 32,
    maxEpochs: 4,
  };
}

export const numbers = { kind: 'number', noiseVariance: 0.5 } as const;
export const classes = { kind: 'class', classes: 3 } as const;

export function rows(kind: 'number' | 'class', count: number): LabelledRows {
  const data = normal(stream(41), count * 3);
  const sums = Float64Array.from({ length: count }, (_, i) => data[3 * i]! - 2 * data[3 * i + 1]!);
  const noise = normal(stream(42), count);
  const targets =
    kind === 'number'
      ? { kind, values: sums.map((y, i) => y + 0.7 * noise[i]!) }
      : { kind, values: Int32Array.from(sums, (y, i) => (y + noise[i]! > 1 ? 2 : y > -1 ? 1 : 0)) };
  return { features: { data, rows: count, shape: [3] }, targets };
}
