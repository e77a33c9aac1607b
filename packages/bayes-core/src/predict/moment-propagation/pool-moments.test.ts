import { expect, it } from 'vitest';
import { createReferenceEngine } from '../../engine/reference/engine.js';
import { graph } from '../../graph/graph.js';
import { input } from '../../graph/node.js';
import { float32 } from '../../tensor.js';
import { selectMoments } from './pool-moments.js';

it('keeps chosen values, and carries a direction back as 0 on those that are left out', async () => {
  const shape = [2, 4];
  const x = { mean: input('mean', 'float32', shape), carried: input('variance', 'float32', shape) };
  const { moments, carry, born } = selectMoments({ ...x, independent: null }, [0, 3]);
  const direction = input('direction', 'float32', [2, 2]);
  const program = await createReferenceEngine().compile(
    graph({ mean: moments.mean, variance: moments.carried!, back: carry(direction) }),
  );
  const found = await program.run({
    mean: float32(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), shape),
    variance: float32(Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8), shape),
    direction: float32(Float32Array.of(10, 20, 30, 40), [2, 2]),
  });
  expect([...found.mean!.data]).toEqual([1, 4, 5, 8]);
  expect([...found.variance!.data].map((value) => Number(value.toFixed(6)))).toEqual([
    0.1, 0.4, 0.5, 0.8,
  ]);
  expect([...found.back!.data]).toEqual([10, 0, 0, 20, 30, 0, 0, 40]);
  expect(moments.independent).toBeNull();
  expect(born).toBeNull();
});
