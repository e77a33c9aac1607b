import { describe, expect, it } from 'vitest';
import { createOnnxEngine } from '../engine/onnx/engine.js';
import { grad } from '../graph/gradient.js';
import { graph } from '../graph/graph.js';
import { input } from '../graph/node.js';
import { log } from '../graph/ops/elementwise.js';
import { reduceSum } from '../graph/ops/reduce.js';
import { float32 } from '../tensor.js';
import { deviationOf, inverseSoftplus, softplus } from './gaussian-weights.js';

const rhos = [-60, -20, -12, -8.01, -7.99, -4, -1, 0, 1, 5, 40];

describe('the deviation of a weight', () => {
  it('is softplus(rho) in float32 too, with its slope, down to weights that have become certain', async () => {
    const rho = input('rho', 'float32', [rhos.length]);
    const deviation = deviationOf('w', {
      parameter: () => rho,
      noise: () => rho,
      fixed: () => rho,
    });
    const slope = grad(reduceSum(log(deviation)), [rho])[0]!;
    const program = await createOnnxEngine().compile(graph({ deviation, slope }));
    const result = await program.run({ rho: float32(Float32Array.from(rhos), [rhos.length]) });
    await program.dispose();
    rhos.forEach((x, i) => {
      const relative = result.deviation!.data[i]! / softplus(x);
      expect(Math.abs(relative - 1), `deviation at ${x}`).toBeLessThan(5e-4);
      // d ln softplus(x) / dx = sigmoid(x) / softplus(x), which is 1 for the certain.
      const expected = 1 / (1 + Math.exp(-x)) / softplus(x);
      expect(Math.abs(result.slope!.data[i]! / expected - 1), `slope at ${x}`).toBeLessThan(1e-3);
    });
  });

  it('is found again from its rho', () => {
    for (const deviation of [1e-9, 0.02, 1, 30])
      expect(softplus(inverseSoftplus(deviation)) / deviation).toBeCloseTo(1, 9);
  });
});
