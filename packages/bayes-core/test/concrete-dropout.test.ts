import { describe, expect, it } from 'vitest';
import { createOnnxEngine } from '../src/engine/onnx/engine.js';
import type { PartialPosteriorSpec } from '../src/nn/posterior-spec.js';
import type { PartialModelSpec } from '../src/nn/spec.js';
import type { LabelledRows } from '../src/nn/targets.js';
import { dropoutRates } from '../src/posterior/dropout-rates.js';
import { dropoutLayers } from '../src/posterior/family.js';
import { networkOf } from '../src/posterior/family-of.js';
import { fittedPosterior } from '../src/posterior/fitted.js';
import { normal } from '../src/random/normal.js';
import { stream } from '../src/random/stream.js';
import { float32 } from '../src/tensor.js';
import { fitPosterior } from '../src/train/fit.js';
import { denseSpec, posteriorCases } from './posterior-cases.js';
import { randomPosterior } from './random-posterior.js';
import { stepDraws } from './step-draws.js';

const engine = createOnnxEngine();

/** y = sin 3x + noise of deviation 0.3. */
function wave(rows: number): LabelledRows {
  const x = normal(stream(31), rows);
  const noise = normal(stream(32), rows);
  const values = Float64Array.from(x, (value, i) => Math.sin(3 * value) + 0.3 * noise[i]!);
  return {
    features: { data: x, rows, shape: [1] },
    targets: { kind: 'number', values },
  };
}

async function learnedRates(rows: number): Promise<number[]> {
  const spec: PartialModelSpec = {
    network: {
      layers: [
        { kind: 'dense', units: 64 },
        { kind: 'relu' },
        { kind: 'dropout' },
        { kind: 'dense', units: 64 },
        { kind: 'relu' },
        { kind: 'dropout' },
      ],
    },
    input: { shape: [1] },
    output: { kind: 'number' },
    posterior: { kind: 'concrete-dropout', initialRate: 0.2 },
    optimiser: { learningRate: 0.005 },
    batchSize: 64,
    drawsPerEpoch: 6400,
    maxEpochs: 15,
  };
  const posterior = await fitPosterior({ engine, spec, train: wave(rows), seed: 1 });
  return dropoutLayers(networkOf(posterior)).map(({ rate }) => rate);
}

describe('concrete dropout', () => {
  it('learns lower rates from more data', async () => {
    const [few, many] = [await learnedRates(50), await learnedRates(3000)];
    many.forEach((rate, i) => {
      expect(rate).toBeLessThan(few[i]!);
    });
    expect(Math.min(...many)).toBeGreaterThan(0);
  });

  it('tells the rates it learned, and a fixed rate as it is', () => {
    const rates = (posterior: PartialPosteriorSpec) =>
      dropoutRates(randomPosterior(denseSpec({ ...posteriorCases[0]!, posterior })));
    const learned = rates({ kind: 'concrete-dropout', initialRate: 0.3 });
    expect(learned.map(({ layer, groups }) => [layer, groups])).toEqual([
      ['dropout1', 6],
      ['dropout2', 5],
    ]);
    for (const { rate } of learned) expect(rate).not.toBe(0.3);
    expect(rates({ kind: 'mc-dropout', rate: 0.3 }).map(({ rate }) => rate)).toEqual([0.3, 0.3]);
    expect(rates({ kind: 'point' })).toEqual([]);
  });

  it('penalises l^2 / (2 (1 - p)) W^2 behind each layer, and K times the entropy of its rate for itself', async () => {
    const posterior = randomPosterior(
      denseSpec(posteriorCases.find(({ name }) => name === 'concrete dropout')!),
    );
    const { parameters } = posterior.members[0]!;
    const [first, second] = dropoutLayers(networkOf(posterior)).map(({ rate }) => rate);
    const squares = (name: string) =>
      [...parameters[name]!.data].reduce((sum, w) => sum + w * w, 0);
    const entropy = (p: number) => -p * Math.log(p) - (1 - p) * Math.log(1 - p);
    const weights =
      squares('dense1.weight') +
      squares('dense2.weight') / (1 - first!) +
      squares('head.weight') / (1 - second!);
    const expected = 0.5e-4 * weights - 6 * entropy(first!) - 5 * entropy(second!);
    const rows: LabelledRows = {
      features: { data: new Float32Array(4), rows: 1, shape: [4] },
      targets: { kind: 'class', values: Int32Array.of(0) },
    };
    const { penalty } = await stepDraws(engine, posterior, rows, parameters, 1);
    expect(penalty![0]).toBeCloseTo(expected, 4);
  });

  it('has an entropy of 0 and no slope, not NaN, where nothing is dropped any more', async () => {
    const any = randomPosterior(
      denseSpec(posteriorCases.find(({ name }) => name === 'concrete dropout')!),
    );
    const name = `${dropoutLayers(networkOf(any))[0]!.name}.logit`;
    const parametersAt = (logit: number) => ({
      ...any.members[0]!.parameters,
      [name]: float32(Float32Array.of(logit), []),
    });
    const rows: LabelledRows = {
      features: { data: new Float32Array(4), rows: 1, shape: [4] },
      targets: { kind: 'class', values: Int32Array.of(0) },
    };
    const penaltyAt = async (logit: number) => {
      const posterior = fittedPosterior({
        ...any,
        members: [{ index: 0, parameters: parametersAt(logit) }],
      });
      return stepDraws(engine, posterior, rows, parametersAt(1), 1);
    };
    const [rare, never] = [await penaltyAt(-15), await penaltyAt(-200)];
    expect(never.penalty![0]).toBeCloseTo(rare.penalty![0]!, 3);
    expect(never[`penalty.${name}`]![0]).toBeCloseTo(0, 6);
  });
});
