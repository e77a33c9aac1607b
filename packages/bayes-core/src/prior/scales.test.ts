import { describe, expect, it } from 'vitest';
import { createOnnxEngine } from '../engine/onnx/engine.js';
import { createReferenceEngine } from '../engine/reference/engine.js';
import { graph } from '../graph/graph.js';
import { constant, type Node } from '../graph/node.js';
import { gammaDivergence, inverseGammaDivergence } from './half-cauchy.js';
import { logUniformPrior } from './log-uniform.js';

async function computed(node: Node): Promise<number> {
  const program = await createReferenceEngine().compile(graph({ node }));
  return (await program.run({})).node!.data[0]!;
}

/** Mean of f(m + d z) over standard normal z by the midpoint rule, which never touches m itself. */
function normalMean(mean: number, deviation: number, f: (x: number) => number): number {
  const steps = 400_000;
  let sum = 0;
  for (let i = 0; i < steps; i++) {
    const z = -10 + (20 * (i + 0.5)) / steps;
    sum += (Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI)) * f(mean + deviation * z);
  }
  return sum * (20 / steps);
}

const entropyOf = (deviation: number) => 0.5 * Math.log(2 * Math.PI * Math.E * deviation ** 2);

describe('half-Cauchy scales as products', () => {
  it.each([
    [0, 0.1, 1],
    [-3, 0.8, 0.1],
    [1.5, 0.4, 2],
  ])(
    'have the KL divergences that integration gives (mean %f, deviation %f, scale %f)',
    async (m, d, t) => {
      const own = { mean: constant(m), deviation: constant(d) };
      // Densities of ln a, which carry a factor a more than those of a.
      const logGamma = (u: number) =>
        0.5 * u - Math.exp(u) / t ** 2 - 0.5 * Math.log(Math.PI) - Math.log(t);
      const logInverse = (u: number) => -0.5 * u - Math.exp(-u) - 0.5 * Math.log(Math.PI);
      const expected = [logGamma, logInverse].map(
        (logDensity) => -entropyOf(d) - normalMean(m, d, logDensity),
      );
      expect(await computed(gammaDivergence(own, t))).toBeCloseTo(expected[0]!, 4);
      expect(await computed(inverseGammaDivergence(own))).toBeCloseTo(expected[1]!, 4);
    },
  );
});

describe('a log-uniform prior', () => {
  // E ln |z| - entropy is the divergence up to a constant, which is its value where the mean does
  // not matter.
  const integrated = (mean: number, deviation: number) =>
    normalMean(mean, deviation, (z) => Math.log(Math.abs(z))) - entropyOf(deviation);

  it.each([0.05, 0.3, 1, 3, 10])(
    'has the KL divergence of the published approximation at deviation %f of mean 1',
    async (deviation) => {
      const of = (mean: number) =>
        logUniformPrior.klFromGaussian!(constant(mean), constant(deviation));
      const got = (await computed(of(1))) - (await computed(of(1e-4)));
      expect(Math.abs(got - (integrated(1, deviation) - integrated(0, deviation)))).toBeLessThan(
        0.02,
      );
    },
  );

  it('does not overflow where a scale has become certain', async () => {
    const kl = logUniformPrior.klFromGaussian!(constant(1), constant(1e-25));
    const engine = createOnnxEngine();
    const program = await engine.compile(graph({ kl }));
    const { data } = (await program.run({})).kl!;
    await program.dispose();
    // 1/2 ln(1 + m^2 / d^2) + k1, k1 = 0.63576.
    expect(data[0]).toBeCloseTo(25 * Math.LN10 + 0.63576, 3);
  });
});
