import { describe, expect, it } from 'vitest';
import { createReferenceEngine } from '../engine/reference/engine.js';
import { graph } from '../graph/graph.js';
import { input, type Node } from '../graph/node.js';
import type { PriorSpec } from '../nn/posterior-spec.js';
import { float32 } from '../tensor.js';
import { priorOf } from './prior-of.js';

const engine = createReferenceEngine();

async function evaluate(
  build: (inputs: readonly Node[]) => Node,
  ...values: readonly (readonly number[])[]
): Promise<Float64Array> {
  const nodes = values.map((value, i) => input(`value${i}`, 'float32', [value.length]));
  const program = await engine.compile(graph({ result: build(nodes) }));
  const fed = values.map((value, i) => [
    `value${i}`,
    float32(Float32Array.from(value), [value.length]),
  ]);
  const { result } = await program.run(Object.fromEntries(fed));
  return Float64Array.from(result!.data);
}

/** Composite Simpson's rule on equal steps. */
function integrate(values: ArrayLike<number>, step: number): number {
  let sum = values[0]! + values[values.length - 1]!;
  for (let i = 1; i < values.length - 1; i++) sum += (i % 2 ? 4 : 2) * values[i]!;
  return (sum * step) / 3;
}

function grid(from: number, to: number, steps: number): number[] {
  return Array.from({ length: steps + 1 }, (_, i) => from + ((to - from) * i) / steps);
}

const priors: readonly PriorSpec[] = [
  { kind: 'gaussian', deviation: 0.4 },
  { kind: 'laplace', scale: 0.3 },
  { kind: 'scale-mixture', share: 0.25, wide: 1, narrow: 0.05 },
];

describe.each(priors)('a $kind prior', (spec) => {
  const prior = priorOf(spec);

  it('has a density that integrates to one', async () => {
    // Half the line, so that the Laplace density's corner is an end point.
    const points = grid(0, 12, 40_000);
    const logDensity = await evaluate(([w]) => prior.logDensity(w!), points);
    expect(2 * integrate(logDensity.map(Math.exp), 12 / 40_000)).toBeCloseTo(1, 5);
  });

  it.runIf(prior.klFromGaussian)('has the KL divergence that integration gives', async () => {
    for (const [mean, deviation] of [
      [0, 0.02],
      [0.3, 0.1],
      [-1.5, 0.4],
      [0.05, 2],
    ] as const) {
      const z = grid(-9, 9, 36_000);
      const points = z.map((x) => mean + deviation * x);
      const logPrior = await evaluate(([w]) => prior.logDensity(w!), points);
      const terms = z.map((x, i) => {
        const logDensity = -0.5 * x * x - 0.5 * Math.log(2 * Math.PI);
        return Math.exp(logDensity) * (logDensity - Math.log(deviation) - logPrior[i]!);
      });
      const [closed] = await evaluate(
        ([m, d]) => prior.klFromGaussian!(m!, d!),
        [mean],
        [deviation],
      );
      const expected = integrate(terms, 18 / 36_000);
      expect(Math.abs(closed! - expected)).toBeLessThan(2e-5 * (1 + expected));
    }
  });
});

describe('a scale mixture', () => {
  it('keeps its logarithm finite where both parts underflow', async () => {
    const prior = priorOf({ kind: 'scale-mixture', share: 0.5, wide: 0.1, narrow: 0.01 });
    const [far] = await evaluate(([w]) => prior.logDensity(w!), [20]);
    expect(far).toBeCloseTo(-0.5 * 200 ** 2 - Math.log(0.2) - 0.5 * Math.log(2 * Math.PI), 1);
  });
});
