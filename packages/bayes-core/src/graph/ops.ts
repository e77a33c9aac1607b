/**
 * The primitive operations, by the folder's own import path: `import * as ops from
 * '../graph/ops.js'`.
 */
export * from './ops/convolution.js';
export * from './ops/elementwise.js';
export * from './ops/layout.js';
export * from './ops/linear.js';
export * from './ops/loop.js';
export * from './ops/pooling.js';
export * from './ops/reduce.js';
export * from './ops/selection.js';
