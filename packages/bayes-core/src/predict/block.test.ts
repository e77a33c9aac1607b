import { expect, it } from 'vitest';
import { completeSpec } from '../nn/complete-spec.js';
import { resolveNetwork } from '../nn/network.js';
import { mostRowsPerBlock } from './block.js';

const networkOf = (classes: number, draws?: number) =>
  resolveNetwork(
    completeSpec({
      network: { layers: [{ kind: 'dense', units: 50 }, { kind: 'relu' }] },
      input: { shape: [20] },
      output: { kind: 'class', classes, ...(draws ? { logitNoise: { draws } } : {}) },
      posterior: { kind: 'point' },
    }),
  );

it('a block of rows holds no more values than fit, those of integrated logit noise counted', () => {
  expect(mostRowsPerBlock(networkOf(1000))).toBe(1024);
  expect(mostRowsPerBlock(networkOf(1000, 32))).toBe(128);
  expect(mostRowsPerBlock(networkOf(1000, 32), { samplesPerCall: 4 })).toBe(32);
});
