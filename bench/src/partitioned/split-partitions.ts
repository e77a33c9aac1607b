import { fillGamma, type Stream, stream, subset } from '@dubio/bayes-core';
import { type Dataset, takeRows } from '../data/dataset.js';

export const SPLITS = ['even', 'uneven', 'by-class'] as const;
export type Split = (typeof SPLITS)[number];

/**
 * Concentration of the shares; 1/2 leaves most of a class with a few partitions (Hsu, Qi & Brown
 * 2019; Yurochkin et al. 2019).
 */
const CONCENTRATION = 0.5;

/**
 * K partitions. `even`: of rows drawn by chance, of the same size (give or take one). `uneven`:
 * each class is shared out by Dirichlet(1/2) shares, so that sizes and mixtures differ. `by-class`:
 * of rows sorted by class and cut, of the same size, so that a partition knows about C / K of the C
 * classes and no other.
 */
export function splitPartitions(dataset: Dataset, partitions: number, split: Split): Dataset[] {
  const { rows } = dataset.features;
  const source = stream(0).split('shards');
  const drawn = [...subset(source, rows, rows)];
  if (split === 'uneven')
    return unevenRows(dataset, drawn, { partitions, source }).map((own) => takeRows(dataset, own));
  const order =
    split === 'even' ? drawn : drawn.sort((a, b) => dataset.labels[a]! - dataset.labels[b]!);
  return Array.from({ length: partitions }, (_, k) =>
    takeRows(
      dataset,
      order.slice(Math.floor((k * rows) / partitions), Math.floor(((k + 1) * rows) / partitions)),
    ),
  );
}

/** Rows of each partition; every partition has one at least. */
function unevenRows(
  { labels, classes }: Dataset,
  drawn: readonly number[],
  { partitions, source }: { readonly partitions: number; readonly source: Stream },
): number[][] {
  const dealt = Array.from({ length: partitions }, (): number[] => []);
  for (let c = 0; c < classes; c++) {
    const own = drawn.filter((row) => labels[row] === c);
    const shares = new Float64Array(partitions);
    fillGamma(source.split('class').at(c), CONCENTRATION, shares);
    const total = shares.reduce((sum, share) => sum + share, 0);
    let [until, from] = [0, 0];
    shares.forEach((share, k) => {
      until += share / total;
      const to = k === partitions - 1 ? own.length : Math.round(until * own.length);
      dealt[k]!.push(...own.slice(from, to));
      from = to;
    });
  }
  for (const empty of dealt.filter((rows) => rows.length === 0)) {
    const largest = dealt.reduce((a, b) => (b.length > a.length ? b : a));
    empty.push(largest.pop()!);
  }
  return dealt;
}
