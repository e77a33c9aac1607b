import { stream, subset } from '@dubio/bayes-core/pure';
import { drawActiveTestItems } from './active-testing.js';
import type { ExpectedLosses } from './expected-losses.js';
import type { Draw } from './lure.js';

/**
 * Least weight of an item as a share of the mean: the second network may be wrong about what it
 * takes for safe.
 */
const FLOOR = 0.3;

export type ActiveTestRequest = {
  readonly count: number;
  readonly seed: number;
  /** What the second network expects, shard by shard. */
  readonly losses: readonly ExpectedLosses[];
};

export type DrawnActiveTests = {
  /** Places of the pool in the order they were drawn. */
  readonly places: readonly number[];
  readonly drawOf: ReadonlyMap<number, Draw>;
};

const NOTHING: DrawnActiveTests = { places: [], drawOf: new Map() };

/**
 * Draws active-test items among the open places of the pool, with chances proportional to the loss
 * expected on each. Chance goes by the keys, so shards and workers make no difference.
 * @see Kossen, Farquhar, Gal & Rainforth 2021 algorithm 1
 */
export function drawActiveTests(
  { count, seed, losses }: ActiveTestRequest,
  pool: { readonly keys: Int32Array; readonly open: Int32Array },
): DrawnActiveTests {
  if (count === 0 || pool.open.length === 0) return NOTHING;
  const lossOf = new Map<number, number>();
  for (const { ordinal, loss } of losses)
    ordinal.forEach((own, i) => {
      lossOf.set(own, loss[i]!);
    });
  const keys_N = Float64Array.from(pool.open, (place) => pool.keys[place]!);
  const losses_N = keys_N.map((key) => {
    const loss = lossOf.get(key);
    if (loss === undefined)
      throw new Error(`No loss is expected of item ${key}. Score the shards again.`);
    return loss;
  });
  const { positions, chances } = drawActiveTestItems(losses_N, {
    count,
    seed,
    floor: FLOOR,
    keys_N,
  });
  const places = Array.from(positions, (position) => pool.open[position]!);
  const among = pool.open.length;
  return {
    places,
    drawOf: new Map(
      places.map((place, m) => [place, { chance: chances[m]!, among: among - m }] as const),
    ),
  };
}

/**
 * Control and active-test items as one row of items that are set apart, each kind in its order;
 * which stands where goes by the seed.
 */
export function mixDrawn<Item>(
  control: readonly Item[],
  tests: readonly Item[],
  seed: number,
): Item[] {
  const length = control.length + tests.length;
  const source = stream(seed).split('places of test items');
  const isActiveTest = new Set(subset(source, length, tests.length));
  let [nextControl, nextTest] = [0, 0];
  return Array.from({ length }, (_, i) =>
    isActiveTest.has(i) ? tests[nextTest++]! : control[nextControl++]!,
  );
}
