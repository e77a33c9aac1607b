import { describe, expect, it } from 'vitest';
import { createOnnxEngine } from '../src/engine/onnx/engine.js';
import type { PartialPosteriorSpec } from '../src/nn/posterior-spec.js';
import type { PartialModelSpec } from '../src/nn/spec.js';
import type { LabelledRows } from '../src/nn/targets.js';
import type { FittedPosterior } from '../src/posterior/fitted.js';
import { normal } from '../src/random/normal.js';
import { stream } from '../src/random/stream.js';
import { fitPosterior } from '../src/train/fit.js';

const engine = createOnnxEngine();
const ROWS = 64;
const x = normal(stream(1).split('x'), ROWS * 4);
const train: LabelledRows = {
  features: { data: x, rows: ROWS, shape: [4] },
  targets: { kind: 'class', values: Int32Array.from({ length: ROWS }, (_, i) => +(x[4 * i]! > 0)) },
};
const spec = (posterior: PartialPosteriorSpec, learningRate = 1e-2) =>
  ({
    network: { layers: [{ kind: 'dense', units: 5 }, { kind: 'dropout' }, { kind: 'relu' }] },
    input: { shape: [4] },
    output: { kind: 'class', classes: 2 },
    posterior,
    optimiser: { learningRate },
    batchSize: 16,
    maxEpochs: 3,
  }) as const satisfies PartialModelSpec;
const fit = (partial: PartialModelSpec, rest = {}) =>
  fitPosterior({ engine, spec: partial, train, seed: 0, ...rest });

/** KL( N(m, d^2) || N(0, s^2) ) of every weight and bias, in bits. */
function divergenceBits({ members }: FittedPosterior, s: number): number {
  const { parameters } = members[0]!;
  let nats = 0;
  for (const [name, { data }] of Object.entries(parameters)) {
    const rho = parameters[`${name}.rho`]?.data;
    if (!rho) continue;
    data.forEach((m, i) => {
      const d = Math.log1p(Math.exp(rho[i]!));
      nats += Math.log(s / d) + (d * d + m * m) / (2 * s * s) - 0.5;
    });
  }
  return nats / Math.LN2;
}

describe('the description length of an epoch', () => {
  it('is the loss of all rows in bits, split into errors and weights', async () => {
    for (const kind of ['mean-field', 'group-normal-jeffreys', 'group-horseshoe'] as const) {
      const { history } = await fit(spec({ kind, klScale: 0.25 }));
      expect(history).toHaveLength(3);
      for (const { loss, descriptionLength } of history) {
        const { errorBits, complexityBits } = descriptionLength!;
        // The mean loss of a row counts a quarter of the weights' bits; the length counts them in
        // full.
        const expected = (ROWS * loss) / Math.LN2;
        expect((errorBits + 0.25 * complexityBits) / expected).toBeCloseTo(1, 5);
        expect(errorBits).toBeGreaterThan(0);
        expect(complexityBits).toBeGreaterThan(0);
      }
    }
  });

  it('has the closed-form divergence as its complexity', async () => {
    const prior = { kind: 'gaussian', deviation: 0.5 } as const;
    // Steps so small that the weights stay where they were.
    const posterior = await fit(spec({ kind: 'mean-field', prior }, 1e-12));
    const { complexityBits } = posterior.history.at(-1)!.descriptionLength!;
    expect(complexityBits / divergenceBits(posterior, 0.5)).toBeCloseTo(1, 5);
  });

  it('is the same after a stop', async () => {
    const partial = { ...spec({ kind: 'mean-field' }), maxEpochs: 12 };
    const checkpoints: Uint8Array[] = [];
    const whole = await fit(partial, {
      onCheckpoint: (bytes: Uint8Array) => checkpoints.push(bytes),
    });
    expect(checkpoints.length).toBeGreaterThan(0);
    const resumed = await fit(partial, { resumeFrom: checkpoints[0] });
    expect(resumed.history).toEqual(whole.history);
  });

  it('is not spoken of where a loss is no code length', async () => {
    for (const kind of ['mc-dropout', 'concrete-dropout', 'point'] as const) {
      const { history } = await fit(spec({ kind }));
      expect(history.every((record) => record.descriptionLength === undefined)).toBe(true);
    }
  });
});

describe('a warm-up of the divergence', () => {
  it('prices the weights less at first, and in full afterwards', async () => {
    const posterior = { kind: 'mean-field', klWarmUpEpochs: 2 } as const;
    const { history } = await fit(spec(posterior, 1e-12));
    const steps = history[0]!.step;
    const shares = history.map(({ loss, descriptionLength }) => {
      const { errorBits, complexityBits } = descriptionLength!;
      return ((ROWS * loss) / Math.LN2 - errorBits) / complexityBits;
    });
    // Means of 1/2n, 2/2n, ... 1/2 and of 1/2 + 1/2n, ... 1 over the n steps of an epoch; weights
    // stay as they are.
    expect(shares[0]!).toBeCloseTo((steps + 1) / (4 * steps), 5);
    expect(shares[1]!).toBeCloseTo((3 * steps + 1) / (4 * steps), 5);
    expect(shares[2]!).toBeCloseTo(1, 5);
  });
});
