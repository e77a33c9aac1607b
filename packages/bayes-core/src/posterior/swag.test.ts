import { describe, expect, it } from 'vitest';
import { completeSpec } from '../nn/complete-spec.js';
import { resolveNetwork } from '../nn/network.js';
import { initialParameters, type Parameters } from '../nn/parameters.js';
import { stream } from '../random/stream.js';
import { familyOf } from './family-of.js';

const spec = completeSpec({
  network: { layers: [{ kind: 'dense', units: 3 }, { kind: 'relu' }] },
  input: { shape: [2] },
  output: { kind: 'number' },
  posterior: { kind: 'swag', epochs: 6, rank: 4 },
});
const network = resolveNetwork(spec);
const { gathering } = familyOf(spec.posterior);
const path: Parameters[] = Array.from({ length: 6 }, (_, epoch) =>
  initialParameters(network, spec.initialisation, stream(8).at(epoch)),
);
const visited = (name: string, i: number, until = 6) =>
  path.slice(0, until).map((parameters) => parameters[name]!.data[i]!);
const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;

describe('what SWAG gathers', () => {
  let gathered: Parameters = {};
  path.forEach((parameters, epoch) => {
    gathered = gathering!.gather(network, gathered, parameters, epoch);
  });

  it('is the mean of the weights and their variance', () => {
    for (const name of ['dense1.weight', 'head.weight']) {
      gathered[name]!.data.forEach((value, i) => {
        const own = visited(name, i);
        expect(value).toBeCloseTo(mean(own), 5);
        const variance = mean(own.map((w) => w * w)) - mean(own) ** 2;
        expect(gathered[`${name}.variance`]!.data[i]).toBeCloseTo(variance, 5);
      });
    }
  });

  it('is the last deviations, each from the mean of its own time', () => {
    const { shape, data } = gathered['dense1.weight.deviations']!;
    expect(shape).toEqual([4, 2, 3]);
    const columns = [2, 3, 4, 5].map((epoch) => {
      const own = visited('dense1.weight', 5, epoch + 1);
      return own.at(-1)! - mean(own);
    });
    const got = [0, 1, 2, 3].map((k) => data[k * 6 + 5]!);
    expect(got.map((x) => x.toFixed(5)).sort()).toEqual(columns.map((x) => x.toFixed(5)).sort());
  });

  it('is a mean only for the noise of the likelihood', () => {
    expect(Object.keys(gathered).filter((name) => name.startsWith('likelihood'))).toEqual([
      'likelihood.logVariance',
    ]);
  });
});
