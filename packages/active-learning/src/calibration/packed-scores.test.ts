import { expect, it } from 'vitest';
import { packScores, unpackScores } from './packed-scores.js';

it('packed scores come back in ascending order of size, as float32', () => {
  // As texts 10 would stand before 2.
  expect([...unpackScores(packScores([10, 2, -0.5, 2]))]).toEqual([-0.5, 2, 2, 10]);
  expect([...unpackScores(packScores([0.1]))]).toEqual([Math.fround(0.1)]);
  expect([...unpackScores(packScores([]))]).toEqual([]);
});

it('packed scores are four bytes each, the least first and little-endian', () => {
  // 1 is 3f800000 and 2 is 40000000 in IEEE 754.
  expect(Buffer.from(packScores([2, 1]), 'base64').toString('hex')).toBe('0000803f00000040');
});

it('packed scores beyond float32 stay finite', () => {
  for (const score of [Number.POSITIVE_INFINITY, 1e300])
    expect([...unpackScores(packScores([score]))]).toEqual([Math.fround(3.4e38)]);
});
