// Multiplies matrices and takes a gradient on native TensorFlow, and compares with the plain
// float64 loops.

import { grad } from '../../../packages/bayes-core/dist/graph/gradient.js';
import { graph } from '../../../packages/bayes-core/dist/graph/graph.js';
import { input } from '../../../packages/bayes-core/dist/graph/node.js';
import * as ops from '../../../packages/bayes-core/dist/graph/ops.js';
import {
  createReferenceEngine,
  createTensorflowEngine,
} from '../../../packages/bayes-core/dist/index.js';

const TOLERANCE = 1e-5;

const x = input('x', 'float32', ['N', 3]);
const w = input('w', 'float32', [3, 2]);
const product = ops.matmul(x, w);
const [slope] = grad(ops.reduceSum(ops.square(ops.tanh(product))), [w]);
const inputs = {
  x: { dtype: 'float32', shape: [2, 3], data: Float32Array.of(1, -2, 3, 0.5, 0.25, -1) },
  w: { dtype: 'float32', shape: [3, 2], data: Float32Array.of(0.1, 0.2, -0.3, 0.4, 0.5, -0.6) },
};

async function compute(engine) {
  const program = await engine.compile(graph({ product, slope }));
  const result = await program.run(inputs);
  await program.dispose();
  return result;
}

try {
  const expected = await compute(createReferenceEngine());
  const actual = await compute(await createTensorflowEngine({ backend: 'native' }));
  for (const name of ['product', 'slope']) {
    const worst = Math.max(
      ...expected[name].data.map((value, i) => Math.abs(value - actual[name].data[i])),
    );
    if (!(worst < TOLERANCE))
      throw new Error(`Its ${name} differs from the reference engine by ${worst}.`);
  }
  console.log(
    `native TensorFlow works on Node ${process.versions.node}; a matrix product and a gradient agree with the reference engine.`,
  );
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
