import { describe, expect, it } from 'vitest';
import type { Dataset } from '../data/dataset.js';
import { SPLITS, splitPartitions } from './split-partitions.js';

const [ROWS, CLASSES] = [600, 5];
/** Rows that say which they are. */
const dataset: Dataset = {
  features: { data: Float32Array.from({ length: ROWS }, (_, i) => i), rows: ROWS, shape: [1] },
  labels: Int32Array.from({ length: ROWS }, (_, i) => i % CLASSES),
  classes: CLASSES,
};
const shareOf = ({ labels }: Dataset, c: number) =>
  labels.filter((label) => label === c).length / labels.length;

describe('splitPartitions', () => {
  it.each(SPLITS)('%s: deals every row once, with its label', (split) => {
    for (const partitions of [1, 4, 8]) {
      const dealt = splitPartitions(dataset, partitions, split);
      expect(dealt).toHaveLength(partitions);
      const rows = dealt.flatMap(({ features }) => [...features.data]);
      expect(rows.sort((a, b) => a - b)).toEqual([...dataset.features.data]);
      for (const { features, labels } of dealt) {
        expect(labels.length).toBeGreaterThan(0);
        expect([...labels]).toEqual([...features.data].map((row) => row % CLASSES));
      }
    }
  });

  it('differ in how much a partition knows of a class', () => {
    const spread = (split: (typeof SPLITS)[number]) =>
      splitPartitions(dataset, 4, split).reduce(
        (most, partition) =>
          Math.max(
            most,
            ...Array.from({ length: CLASSES }, (_, c) => Math.abs(shareOf(partition, c) - 0.2)),
          ),
        0,
      );
    expect(spread('even')).toBeLessThan(0.1);
    expect(spread('uneven')).toBeGreaterThan(0.15);
    expect(spread('by-class')).toBeGreaterThan(0.5);
  });

  it('by-class leaves a partition with one or two classes of five', () => {
    for (const { labels } of splitPartitions(dataset, 5, 'by-class'))
      expect(new Set(labels).size).toBe(1);
  });
});
