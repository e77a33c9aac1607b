import { assertCount, assertFinite, type Reals } from '../uncertainty/checks.js';

/**
 * How well an uncertainty tells foreign items from familiar ones: the chance that a foreign item
 * has the greater uncertainty.
 *
 * AUROC = (R - m (m + 1)/2) / (m n), R the sum of the foreign items' ranks among all, equals
 * sharing their mean rank, so that a tie counts one half (Mann-Whitney). 1: told apart; 0.5:
 * chance.
 * Shapes: [n] uncertainties of familiar, [m] of foreign items -> scalar.
 * @throws NumericsError `invalid_argument` for an empty side, `non_finite`
 * @see Mann & Whitney 1947; Hendrycks & Gimpel 2017 (out-of-distribution detection). Cost: (n + m)
 * ln(n + m).
 */
export function rankAuroc(familiar: Reals, foreign: Reals): number {
  const op = 'rankAuroc';
  assertCount(op, 'familiar items', familiar.length, 1);
  assertCount(op, 'foreign items', foreign.length, 1);
  assertFinite(op, 'familiar', familiar);
  assertFinite(op, 'foreign', foreign);
  const all = [
    ...Array.from(familiar, (uncertainty) => ({ uncertainty, isForeign: 0 })),
    ...Array.from(foreign, (uncertainty) => ({ uncertainty, isForeign: 1 })),
  ].sort((a, b) => a.uncertainty - b.uncertainty);
  let rankSum = 0;
  for (let from = 0, to = 0; from < all.length; from = to) {
    let foreigners = 0;
    for (; to < all.length && all[to]!.uncertainty === all[from]!.uncertainty; to++)
      foreigners += all[to]!.isForeign;
    rankSum += foreigners * ((from + 1 + to) / 2);
  }
  const m = foreign.length;
  return (rankSum - (m * (m + 1)) / 2) / (m * familiar.length);
}
