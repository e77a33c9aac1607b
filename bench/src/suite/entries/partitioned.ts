import { partitionedBench } from '../../partitioned/partitioned.bench.js';
import type { PartitionedRow } from '../../partitioned/partitioned-table.js';
import { AIM, type Figure, type SuiteEntry, sumOf } from '../entry.js';
import { imageFiles } from './image-files.js';

export const partitioned: SuiteEntry = {
  name: 'partitioned',
  title: 'Learning in partitions',
  bench: partitionedBench,
  options: (data) => {
    const common = {
      ...imageFiles(data),
      epochs: '8',
      'learning-rate': '0.003',
      prior: '0.1',
      'kl-scale': '0.01',
    };
    return {
      short: {
        ...common,
        rows: '2000',
        partitions: '1,4',
        splits: 'even,uneven',
        rounds: '8',
        seeds: '1',
      },
      long: { ...common, rows: '6000', rounds: '15', seeds: '3' },
    };
  },
  protocol: {
    short: '2,000 rows of MNIST, K = 1 and 4, even and uneven, 8 rounds, one seed',
    long: '6,000 rows of MNIST, K = 1, 2, 4, 8, even, uneven and by class, 15 rounds, three seeds',
  },
  hasTable: true,
  seconds: ({ rows }) => sumOf(rows as readonly PartitionedRow[], 'secondsAll'),
  figures: ({ rows }) =>
    (rows as readonly PartitionedRow[]).map(({ split, partitions, error, overPooled }): Figure => {
      const sign = overPooled < 0 ? '' : '+';
      return {
        what: `${split}, K = ${partitions}: test error, points over pooled training`,
        ours: `${(100 * error).toFixed(2)} %, ${sign}${overPooled.toFixed(2)}`,
        published: { value: 'at most +1', source: AIM },
        ...(overPooled > 1
          ? { remark: 'Partitions that lack classes of the others pull their sites apart.' }
          : {}),
      };
    }),
};
