import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addExpectedEntropy } from './expected-entropy.js';

it('agrees with the sum as it is written, for odd and even sizes and any range', () => {
  const size = fc.integer({ min: 1, max: 5 });
  fc.assert(
    fc.property(
      size,
      size,
      size,
      fc.infiniteStream(fc.double({ min: 0.01, max: 1, noNaN: true })),
      (M, K, C, numbers) => {
        const take = (n: number) =>
          Float64Array.from({ length: n }, () => numbers.next().value as number);
        const [w, weights, p] = [take(M * K), take(M), take(C * K)];
        const from = M > 1 ? 1 : 0;
        let [mean, square] = [0, 0];
        for (let m = from; m < M; m++) {
          let entropy = 0;
          for (let c = 0; c < C; c++) {
            let q = 0;
            for (let k = 0; k < K; k++) q += w[m * K + k]! * p[c * K + k]!;
            entropy -= q * Math.log(q);
          }
          mean += weights[m]! * entropy;
          square += weights[m]! * entropy ** 2;
        }
        const sums = { mean: 0, square: 0 };
        addExpectedEntropy(sums, w, weights, p, { from, to: M, samples: K, classes: C });
        expect(sums.mean).toBeCloseTo(mean, 9);
        expect(sums.square).toBeCloseTo(square, 9);
      },
    ),
  );
});
