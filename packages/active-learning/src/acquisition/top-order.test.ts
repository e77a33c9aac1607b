import fc from 'fast-check';
import { expect, it } from 'vitest';
import { topOrder } from './top-order.js';

/** The slow twin: sort everything. */
const sorted = (values: number[], count: number, keys = values.map((_, i) => i)) =>
  values
    .map((_, i) => i)
    .sort((a, b) =>
      values[a] === values[b] ? keys[a]! - keys[b]! || a - b : values[a]! < values[b]! ? 1 : -1,
    )
    .slice(0, count);

it('gives the same order as sorting everything, ties and infinities included', () => {
  const value = fc.oneof(
    fc.integer({ min: 0, max: 3 }),
    fc.double({ noNaN: true }),
    fc.constant(Number.NEGATIVE_INFINITY),
  );
  fc.assert(
    fc.property(fc.array(value), fc.nat(40), (values, count) => {
      expect([...topOrder(values, count)]).toEqual(sorted(values, count));
    }),
  );
});

it('decides between equals by key before position', () => {
  expect([...topOrder([1, 1, 2, 1], 3, [30, 20, 10, 5])]).toEqual([2, 3, 1]);
});
