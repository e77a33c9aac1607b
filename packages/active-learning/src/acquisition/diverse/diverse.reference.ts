/**
 * Slow, clear twins of the rules that spread a batch over a space: plain arrays, every distance
 * anew.
 */

export const squaredDistanceOf = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, x, d) => sum + (x - b[d]!) ** 2, 0);

/**
 * The whole gradient (p - onehot) outer (h, 1) of one item, C (D + 1) values. @see Ash et al. 2020
 * eq. 1
 */
export function gradientEmbedding(h: readonly number[], probs: readonly number[]): number[] {
  const favourite = probs.indexOf(Math.max(...probs));
  return probs.flatMap((p, c) => [...h, 1].map((x) => (p - (c === favourite ? 1 : 0)) * x));
}

/** Greedy k-centre by the definition. @see Sener & Savarese 2018 algorithm 1 */
export function referenceCoreSet(
  pool: readonly (readonly number[])[],
  labelled: readonly (readonly number[])[],
  batchSize: number,
): number[] {
  const picked: number[] = [];
  const nearest = (i: number) =>
    Math.min(
      ...[...labelled, ...picked.map((j) => pool[j]!)].map((centre) =>
        squaredDistanceOf(pool[i]!, centre),
      ),
    );
  while (picked.length < Math.min(batchSize, pool.length)) {
    const open = pool.map((_, i) => i).filter((i) => !picked.includes(i));
    picked.push(open.reduce((best, i) => (nearest(i) > nearest(best) ? i : best)));
  }
  return picked;
}

/**
 * Largest cluster, maximum distance, by the definition. @see Holzmueller et al. 2023 algorithm 9
 */
export function referenceLcmd(
  pool: readonly (readonly number[])[],
  labelled: readonly (readonly number[])[],
  batchSize: number,
): number[] {
  const picked: number[] = [];
  while (picked.length < Math.min(batchSize, pool.length)) {
    const centres = [...labelled, ...picked.map((j) => pool[j]!)];
    const open = pool.map((_, i) => i).filter((i) => !picked.includes(i));
    const clusters = centres.map((): { row: number; distance: number }[] => []);
    for (const row of open) {
      const distances = centres.map((centre) => squaredDistanceOf(pool[row]!, centre));
      const distance = Math.min(...distances);
      clusters[distances.indexOf(distance)]!.push({ row, distance });
    }
    const sumOf = (cluster: { distance: number }[]) =>
      cluster.length === 0 ? -1 : cluster.reduce((sum, { distance }) => sum + distance, 0);
    const largest = clusters.reduce((a, b) => (sumOf(b) > sumOf(a) ? b : a));
    picked.push(largest.reduce((a, b) => (b.distance > a.distance ? b : a)).row);
  }
  return picked;
}

type Weighted = { readonly h: readonly number[]; readonly weight: number };

/**
 * tr((ridge I + sum w h h^T)^-1 F), the matrix inverted by Gauss-Jordan. @see Ash et al. 2021 eq. 4
 */
export function referenceTrace(
  pool: readonly Weighted[],
  known: readonly Weighted[],
  ridge: number,
): number {
  const size = pool[0]!.h.length;
  const zeros = () => Array.from({ length: size }, () => Array<number>(size).fill(0));
  const sumOuter = (items: readonly Weighted[], scale: number) => {
    const sum = zeros();
    for (const { h, weight } of items)
      for (let i = 0; i < size; i++)
        for (let j = 0; j < size; j++) sum[i]![j]! += scale * weight * h[i]! * h[j]!;
    return sum;
  };
  const precision = sumOuter(known, 1);
  for (let i = 0; i < size; i++) precision[i]![i]! += ridge;
  const inverse = gaussJordan(precision);
  const fisher = sumOuter(pool, 1 / pool.length);
  let trace = 0;
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) trace += inverse[i]![j]! * fisher[j]![i]!;
  return trace;
}

function gaussJordan(matrix: number[][]): number[][] {
  const size = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let i = 0; i < size; i++) {
    const pivot = rows[i]![i]!;
    rows[i] = rows[i]!.map((x) => x / pivot);
    for (let other = 0; other < size; other++) {
      if (other === i) continue;
      const factor = rows[other]![i]!;
      rows[other] = rows[other]!.map((x, j) => x - factor * rows[i]![j]!);
    }
  }
  return rows.map((row) => row.slice(size));
}
