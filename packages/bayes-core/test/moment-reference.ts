import { errorFunction } from '../src/error-function.js';
import { biasName, type DenseLayer, type Layer, weightName } from '../src/nn/layer.js';
import { familyOf, networkOf } from '../src/posterior/family-of.js';
import type { FittedPosterior } from '../src/posterior/fitted.js';
import { rhoName, softplus } from '../src/posterior/gaussian-weights.js';

type Values = { mean: number[]; carried: number[]; own: number[] };
/**
 * Of each unit: how a direction on the outputs becomes one on the inputs, and the noise born here.
 */
type Trace = { back: (direction: number[]) => number[]; noise: number[] };

/**
 * Mean and covariance of the outputs of a dense net by loops in float64, item by item: the slow
 * twin of `outputMoments`.
 * `direction` gives the weights on the outputs along which the carried variance is mended, from
 * their means.
 */
export function referenceMoments(
  fitted: FittedPosterior,
  x: readonly number[],
  direction: (mean: readonly number[]) => number[],
): { mean: number[]; covariance: number[][] } {
  const { layers } = networkOf(fitted);
  let values: Values = { mean: [...x], carried: x.map(() => 0), own: x.map(() => 0) };
  const traces: Trace[] = [];
  for (const layer of layers.slice(0, -1)) values = pass(fitted, layer, values, traces);
  const head = layers.at(-1) as DenseLayer;
  const { weight, bias, weightNoise, biasNoise } = weightsOf(fitted, head);
  const outputs = bias.map((_, c) => c);
  const mean = outputs.map(
    (c) =>
      dot(
        values.mean,
        weight.map((row) => row[c]!),
      ) + bias[c]!,
  );
  const u = direction(mean);
  let along = weight.map((row) => dot(row, u));
  const unitByUnit = dot(
    along.map((d) => d * d),
    values.carried,
  );
  const ofOwn = dot(
    along.map((d) => d * d),
    values.own,
  );
  let whole = 0;
  for (const { back, noise } of traces.toReversed()) {
    whole += dot(
      along.map((d) => d * d),
      noise,
    );
    along = back(along);
  }
  const ratio = unitByUnit > 0 ? Math.max(0, whole - ofOwn) / unitByUnit : 0;
  const covariance = outputs.map((c) =>
    outputs.map((d) => {
      const ofInputs = weight.reduce(
        (sum, row, i) => sum + row[c]! * row[d]! * (values.own[i]! + ratio * values.carried[i]!),
        0,
      );
      if (c !== d) return ofInputs;
      const squares = values.mean.map((m, i) => m * m + values.own[i]! + values.carried[i]!);
      return (
        ofInputs +
        dot(
          squares,
          weightNoise.map((row) => row[c]!),
        ) +
        biasNoise[c]!
      );
    }),
  );
  return { mean, covariance };
}

function pass(fitted: FittedPosterior, layer: Layer, x: Values, traces: Trace[]): Values {
  switch (layer.kind) {
    case 'dense': {
      const { weight, bias, weightNoise, biasNoise } = weightsOf(fitted, layer);
      const squares = x.mean.map((m, i) => m * m + x.own[i]! + x.carried[i]!);
      const column = (matrix: number[][], j: number) => matrix.map((row) => row[j]!);
      const noise = bias.map((_, j) => dot(squares, column(weightNoise, j)) + biasNoise[j]!);
      traces.push({ back: (d) => weight.map((row) => dot(row, d)), noise });
      return {
        mean: bias.map((b, j) => dot(x.mean, column(weight, j)) + b),
        carried: bias.map((_, j) =>
          weight.reduce((sum, row, i) => sum + row[j]! ** 2 * (x.own[i]! + x.carried[i]!), 0),
        ),
        own: noise,
      };
    }
    case 'dropout': {
      const odds = layer.rate / (1 - layer.rate);
      const noise = x.mean.map((m, i) => odds * (m * m + x.own[i]! + x.carried[i]!));
      traces.push({ back: (d) => d, noise });
      return { ...x, own: x.own.map((v, i) => v + noise[i]!) };
    }
    case 'relu':
    case 'tanh': {
      const f = layer.kind === 'relu' ? (a: number) => Math.max(0, a) : Math.tanh;
      const out = x.mean.map((m, i) => {
        const variance = x.own[i]! + x.carried[i]!;
        if (variance === 0) return { mean: f(m), variance: 0, slope: 0 };
        return layer.kind === 'relu' ? rectified(m, variance) : squashed(m, variance);
      });
      const noise = out.map(({ variance, slope }, i) =>
        Math.max(0, variance - slope ** 2 * (x.own[i]! + x.carried[i]!)),
      );
      traces.push({ back: (d) => d.map((w, i) => w * out[i]!.slope), noise });
      return {
        mean: out.map(({ mean }) => mean),
        carried: x.carried.map((v, i) => v * out[i]!.slope ** 2),
        own: x.own.map((v, i) => v * out[i]!.slope ** 2 + noise[i]!),
      };
    }
    default:
      throw new Error(`the reference has no ${layer.kind}`);
  }
}

function rectified(m: number, variance: number) {
  const s = Math.sqrt(variance);
  const above = (1 + errorFunction(m / s / Math.SQRT2)) / 2;
  const density = Math.exp(-((m / s) ** 2) / 2) / Math.sqrt(2 * Math.PI);
  const mean = m * above + s * density;
  const square = (m * m + variance) * above + m * s * density;
  return { mean, variance: square - mean ** 2, slope: above };
}

function squashed(m: number, variance: number) {
  const [near, far] = [5 - Math.sqrt(10), 5 + Math.sqrt(10)].map(Math.sqrt) as [number, number];
  const [w1, w2] = [(7 + 2 * Math.sqrt(10)) / 60, (7 - 2 * Math.sqrt(10)) / 60];
  const weights = [8 / 15, w1, w1, w2, w2];
  const t = [0, near, -near, far, -far].map((z) => Math.tanh(m + Math.sqrt(variance) * z));
  const mean = dot(weights, t);
  return {
    mean,
    variance: dot(
      weights,
      t.map((y) => (y - mean) ** 2),
    ),
    slope: dot(
      weights,
      t.map((y) => 1 - y * y),
    ),
  };
}

function weightsOf({ spec, members }: FittedPosterior, layer: DenseLayer) {
  const { parameters } = members[0]!;
  const [inputs, outputs] = [layer.inputShape[0]!, layer.outputShape[0]!];
  const isMeanField = spec.posterior.kind === 'mean-field';
  if (!isMeanField && !familyOf(spec.posterior).sharesParameters)
    throw new Error(`the reference has no ${spec.posterior.kind}`);
  const rows = (values: ArrayLike<number>) =>
    Array.from({ length: inputs }, (_, i) =>
      Array.from({ length: outputs }, (_, j) => values[i * outputs + j]!),
    );
  const noise = (name: string) =>
    isMeanField
      ? Float64Array.from(parameters[rhoName(name)]!.data, (rho) => softplus(rho) ** 2)
      : new Float64Array(parameters[name]!.data.length);
  return {
    weight: rows(parameters[weightName(layer)]!.data),
    bias: Array.from(parameters[biasName(layer)]!.data),
    weightNoise: rows(noise(weightName(layer))),
    biasNoise: Array.from(noise(biasName(layer))),
  };
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
