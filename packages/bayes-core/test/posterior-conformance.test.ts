import { describe, expect, it } from 'vitest';
import { createOnnxEngine } from '../src/engine/onnx/engine.js';
import { createReferenceEngine } from '../src/engine/reference/engine.js';
import type { Parameters } from '../src/nn/parameters.js';
import type { PartialModelSpec } from '../src/nn/spec.js';
import type { LabelledRows } from '../src/nn/targets.js';
import { familyOf, networkOf } from '../src/posterior/family-of.js';
import { type FittedPosterior, fittedPosterior } from '../src/posterior/fitted.js';
import { rhoName, softplus } from '../src/posterior/gaussian-weights.js';
import { loadPosterior } from '../src/posterior/load.js';
import { createPredictor } from '../src/predict/predictor.js';
import { normal } from '../src/random/normal.js';
import { stream } from '../src/random/stream.js';
import { float32, sizeOf } from '../src/tensor.js';
import { fitPosterior } from '../src/train/fit.js';
import { denseSpec, imageSpec, type PosteriorCase, posteriorCases } from './posterior-cases.js';
import { randomFeatures, randomPosterior } from './random-posterior.js';
import { createSampleLosses, type SampleLosses, stepDraws } from './step-draws.js';

const engine = createOnnxEngine();
/**
 * Two-sided false-alarm rate below 1e-6 for each comparison; all seeds are fixed, so a run that
 * passes keeps passing.
 */
const FALSE_ALARM_Z = 4.9;
const DRAWS = 1500;
const STEP = 0.02;

function rowsFor(spec: PartialModelSpec, rows: number): LabelledRows {
  const values = Int32Array.from({ length: rows }, (_, i) => i % 3);
  return { features: randomFeatures(spec.input.shape, rows), targets: { kind: 'class', values } };
}

function withParameters(posterior: FittedPosterior, parameters: Parameters): FittedPosterior {
  return fittedPosterior({ ...posterior, members: [{ index: 0, parameters }] });
}

/** Moves one tensor by `step` times its direction. */
function moved(
  posterior: FittedPosterior,
  name: string,
  directions: Parameters,
  step: number,
): FittedPosterior {
  const parameters = posterior.members[0]!.parameters;
  const { data, shape } = parameters[name]!;
  const value = Float32Array.from(data, (x, i) => x + step * directions[name]!.data[i]!);
  return withParameters(posterior, { ...parameters, [name]: float32(value, shape) });
}

function directionsOf(posterior: FittedPosterior): Parameters {
  return Object.fromEntries(
    Object.entries(posterior.members[0]!.parameters).map(([name, { shape }]) => {
      const data = normal(stream(23).split(name), sizeOf(shape));
      const length = Math.hypot(...data);
      return [
        name,
        float32(
          data.map((x) => x / length),
          shape,
        ),
      ];
    }),
  );
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}

function meanAndError(values: ArrayLike<number>): { mean: number; error: number } {
  const all = Array.from(values);
  const mean = all.reduce((sum, x) => sum + x, 0) / all.length;
  const variance = all.reduce((sum, x) => sum + (x - mean) ** 2, 0) / all.length;
  return { mean, error: Math.sqrt(variance / all.length) };
}

/** KL( N(mean, deviation^2) || prior ) by the trapezium rule over ten deviations. */
function divergenceByIntegration(
  mean: number,
  deviation: number,
  logPrior: (w: number) => number,
): number {
  const steps = 4000;
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const z = -10 + (20 * i) / steps;
    const logDensity = -0.5 * z * z - 0.5 * Math.log(2 * Math.PI);
    const gap = logDensity - Math.log(deviation) - logPrior(mean + deviation * z);
    sum += Math.exp(logDensity) * gap * (20 / steps);
  }
  return sum;
}

function integratedPenalty(posterior: FittedPosterior, logPrior: (w: number) => number): number {
  const { parameters } = posterior.members[0]!;
  const means = Object.entries(parameters).filter(([name]) => rhoName(name) in parameters);
  let sum = 0;
  for (const [name, { data }] of means) {
    const rho = parameters[rhoName(name)]!.data;
    for (let i = 0; i < data.length; i++)
      sum += divergenceByIntegration(data[i]!, softplus(rho[i]!), logPrior);
  }
  return sum;
}

/** Differences of the loss of the same samples at both sides, one number per sample. */
async function sampleSlopes(
  losses: SampleLosses,
  posterior: FittedPosterior,
  name: string,
  directions: Parameters,
): Promise<Float64Array> {
  const up = await losses.of(moved(posterior, name, directions, STEP), DRAWS);
  const down = await losses.of(moved(posterior, name, directions, -STEP), DRAWS);
  return up.map((loss, i) => (loss - down[i]!) / (2 * STEP));
}

describe.each(posteriorCases)('$name', (each: PosteriorCase) => {
  const spec = denseSpec(each);
  const posterior = randomPosterior(spec);
  const directions = directionsOf(posterior);
  const { trainsOnSamples, weightMoments, logPrior } = each;
  const specs = { dense: spec, images: imageSpec(each) };

  it.each(trainsOnSamples)(
    'trains on the mean loss of its samples, and on its slope (%s)',
    async (kind) => {
      const own = specs[kind];
      const start = randomPosterior(own);
      const along = directionsOf(start);
      const rows = rowsFor(own, 5);
      const draws = await stepDraws(engine, start, rows, along, DRAWS);
      const losses = await createSampleLosses(engine, start, rows);
      const [trained, sampled] = [
        meanAndError(draws.fit!),
        meanAndError(await losses.of(start, DRAWS)),
      ];
      const z = (a: typeof trained, b: typeof trained) =>
        (a.mean - b.mean) / Math.hypot(a.error, b.error, 1e-5);
      expect(Math.abs(z(trained, sampled))).toBeLessThan(FALSE_ALARM_Z);
      for (const name of Object.keys(start.members[0]!.parameters)) {
        const expected = meanAndError(await sampleSlopes(losses, start, name, along));
        const got = meanAndError(draws[`fit.${name}`]!);
        expect(Math.abs(z(got, expected)), `slope of ${name}`).toBeLessThan(FALSE_ALARM_Z);
      }
      await losses.dispose();
    },
  );

  it.runIf(!logPrior)('trains along the slope of its own loss', async () => {
    const rows = rowsFor(spec, 5);
    const count = 10;
    // In float64: differences of a penalty of a hundred nats are lost in float32.
    const exact = createReferenceEngine();
    const draws = await stepDraws(exact, posterior, rows, directions, count);
    const h = 1e-3;
    for (const name of Object.keys(draws).flatMap((key) => key.split('fit.').slice(1))) {
      const [up, down] = await Promise.all(
        [h, -h].map((step) =>
          stepDraws(exact, moved(posterior, name, directions, step), rows, directions, count),
        ),
      );
      for (const part of ['fit', 'penalty']) {
        const slope = (meanOf(up![part]!) - meanOf(down![part]!)) / (2 * h);
        const got = meanOf(draws[`${part}.${name}`]!);
        expect(Math.abs(got - slope), `${part} along ${name}`).toBeLessThan(
          5e-3 * (1 + Math.abs(slope)),
        );
      }
    }
  });

  it.runIf(logPrior)('adds its KL divergence, and the slope of it', async () => {
    const draws = await stepDraws(engine, posterior, rowsFor(spec, 2), directions, DRAWS);
    const penalty = meanAndError(draws.penalty!);
    const expected = integratedPenalty(posterior, logPrior!);
    expect(Math.abs(penalty.mean - expected)).toBeLessThan(
      FALSE_ALARM_Z * penalty.error + 1e-4 * Math.abs(expected),
    );
    for (const name of Object.keys(posterior.members[0]!.parameters)) {
      const [up, down] = [STEP, -STEP].map((step) =>
        integratedPenalty(moved(posterior, name, directions, step), logPrior!),
      );
      const slope = (up! - down!) / (2 * STEP);
      const got = meanAndError(draws[`penalty.${name}`]!);
      expect(Math.abs(got.mean - slope), `slope of ${name}`).toBeLessThan(
        FALSE_ALARM_Z * got.error + 2e-3 * (1 + Math.abs(slope)),
      );
    }
  });

  it.runIf(weightMoments)('samples weights with the mean and variance it stands for', () => {
    const network = networkOf(posterior);
    const family = familyOf(posterior.spec.posterior);
    const samples = Array.from(
      { length: DRAWS },
      (_, i) => family.sampleNetwork(posterior, network, i).parameters,
    );
    for (const { name } of network.parameters) {
      const { mean, variance } = weightMoments!(posterior.members[0]!.parameters, name);
      for (let i = 0; i < mean.length; i++) {
        const values = samples.map((sample) => sample[name]!.data[i]!);
        const got = meanAndError(values);
        const squares = meanAndError(values.map((w) => (w - mean[i]!) ** 2));
        expect(Math.abs(got.mean - mean[i]!), `mean of ${name}[${i}]`).toBeLessThan(
          FALSE_ALARM_Z * got.error + 1e-6,
        );
        expect(Math.abs(squares.mean - variance[i]!), `variance of ${name}[${i}]`).toBeLessThan(
          FALSE_ALARM_Z * squares.error + 1e-6,
        );
      }
    }
  });

  it('learns, comes back bit-same from its bytes, and resumes exactly', async () => {
    const train = rowsFor(spec, 60);
    if (train.targets.kind === 'fields') throw new Error('one question is asked');
    train.targets.values.forEach((label, row) => {
      train.features.data[row * 4 + Number(label)]! += 4;
    });
    const checkpoints: Uint8Array[] = [];
    const common = {
      engine,
      spec: { ...spec, batchSize: 20, maxEpochs: 10, optimiser: { learningRate: 0.02 } },
      train,
      seed: 6,
    };
    const fitted = await fitPosterior({
      ...common,
      onCheckpoint: (bytes) => checkpoints.push(bytes),
    });
    expect(fitted.history.at(-1)!.loss).toBeLessThan(0.9 * fitted.history[0]!.loss);
    const bytes = fitted.save();
    expect(loadPosterior(bytes).save()).toEqual(bytes);
    expect(checkpoints.length).toBeGreaterThan(0);
    for (const resumeFrom of [checkpoints[0]!, checkpoints.at(-1)!]) {
      const resumed = await fitPosterior({ ...common, resumeFrom });
      expect(resumed.save()).toEqual(bytes);
    }
    const [before, after] = await Promise.all(
      [fitted, loadPosterior(bytes)].map(async (each) => {
        const predictor = await createPredictor({ engine, posterior: each, samples: 8 });
        const moments = await predictor.moments(train.features);
        await predictor.dispose();
        return moments;
      }),
    );
    expect(after).toEqual(before);
  });
});
