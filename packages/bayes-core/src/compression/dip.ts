/** Where a histogram of two humps dips, and how clear that is. */
export type Dip = {
  readonly at: number;
  /** Density in the dip over that of the lower hump's top: 0 is empty, 1 no dip at all. */
  readonly depth: number;
};

const BINS = 512;
/** A dip is at most half as high as the lower hump; less is the unevenness of one hump. */
const SHALLOWEST = 0.5;

/** Fewer values than this share beside a dip are stragglers, not a hump. */
const SMALLEST_HUMP = 0.02;

/** Where a dip is looked for; outside it a value speaks for itself. */
export type Range = { readonly from: number; readonly to: number };

/**
 * The dip between the two humps of a histogram: of all places, the one whose smoothed density f
 * lies furthest below the lower of the highest tops on its two sides, min(max f left, max f right)
 * - f; the middle of it where it is flat. The density is a Gaussian kernel estimate on 512 bins
 *   with the bandwidth of Silverman 1986, equation 3.31, for the deviation of one of two
 * humps. Null where no dip is at most half as high as the lower hump, or one hump has less than 2 %
 * of the values. One normal hump of 100 values gives a false dip in 6 % of draws, of 50 in 16 %, of
 * 20 in 37 %: few values cannot show their shape.
 * @see docs/decisions/0111
 */
export function histogramDip(
  values: ArrayLike<number>,
  { from, to }: Range = { from: -Infinity, to: Infinity },
): Dip | null {
  const sorted = Float64Array.from(values).sort();
  const [least, range] = [sorted[0]!, sorted.at(-1)! - sorted[0]!];
  if (sorted.length < 2 || !(range > 0)) return null;
  const density = smoothed(sorted, least, range);
  const [left, right] = [runningMost(density), runningMost(density.slice().reverse()).reverse()];
  const place = (bin: number) => least + (range * (bin + 0.5)) / BINS;
  const gain = density.map((f, i) =>
    place(i) < from || place(i) > to ? -Infinity : Math.min(left[i]!, right[i]!) - f,
  );
  const most = Math.max(...gain);
  const bottom = [...gain.keys()].filter((i) => gain[i]! >= most * (1 - 1e-9));
  const middle = bottom[Math.floor(bottom.length / 2)] ?? 0;
  const depth = density[middle]! / Math.min(left[middle]!, right[middle]!);
  const at = place(middle);
  const below = sorted.findIndex((value) => value > at) / sorted.length;
  const isHump = Math.min(below, 1 - below) >= SMALLEST_HUMP;
  return most > 0 && depth <= SHALLOWEST && isHump ? { at, depth } : null;
}

function smoothed(sorted: Float64Array, least: number, range: number): Float64Array {
  const counts = new Float64Array(BINS);
  for (const value of sorted)
    counts[Math.min(BINS - 1, Math.floor(((value - least) / range) * BINS))]! += 1;
  const width = Math.max(1, (bandwidth(sorted) / range) * BINS);
  const kernel = Float64Array.from({ length: BINS }, (_, i) => Math.exp(-0.5 * (i / width) ** 2));
  return Float64Array.from(counts, (_, at) => {
    let sum = 0;
    for (let i = 0; i < BINS; i++) sum += counts[i]! * kernel[Math.abs(i - at)]!;
    return sum;
  });
}

/**
 * .9 n^(-1/5) deviations of one hump: the root mean square distance to the nearer of the two means
 * that make it least.
 */
function bandwidth(sorted: Float64Array): number {
  const n = sorted.length;
  const [sum, squares] = [
    sorted.reduce((all, value) => all + value, 0),
    sorted.reduce((all, value) => all + value * value, 0),
  ];
  let [below, between] = [0, 0];
  for (let count = 1; count < n; count++) {
    below += sorted[count - 1]!;
    between = Math.max(between, below ** 2 / count + (sum - below) ** 2 / (n - count));
  }
  return 0.9 * Math.sqrt(Math.max(0, squares - between) / n) * n ** -0.2;
}

function runningMost(values: Float64Array): Float64Array {
  let most = 0;
  return values.map((value) => {
    most = Math.max(most, value);
    return most;
  });
}
