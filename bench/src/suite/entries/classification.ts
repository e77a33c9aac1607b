import { classificationBench } from '../../classification/classification.bench.js';
import type {
  ClassificationResult,
  ClassificationRow,
} from '../../classification/classification-table.js';
import { type Figure, type SuiteEntry, sumOf } from '../entry.js';

const SETS = ['mnist', 'fashion-mnist'] as const;
type SetName = (typeof SETS)[number];

const TITLES: Readonly<Record<SetName, string>> = {
  mnist: 'MNIST',
  'fashion-mnist': 'Fashion-MNIST',
};

/** Every posterior on one set of images; the other set is what is foreign to it. */
export const classification = (set: SetName): SuiteEntry => ({
  name: `classification-${set}`,
  title: `${TITLES[set]}, every posterior`,
  bench: classificationBench,
  options: (data) => {
    const other = SETS.find((name) => name !== set)!;
    const file = (folder: string, part: string, kind: string) =>
      data(`${folder}/${part}-${kind}-ubyte.gz`);
    const common = {
      'train-images': file(set, 'train', 'images-idx3'),
      'train-labels': file(set, 'train', 'labels-idx1'),
      'test-images': file(set, 't10k', 'images-idx3'),
      'test-labels': file(set, 't10k', 'labels-idx1'),
      'other-images': file(other, 't10k', 'images-idx3'),
      'other-labels': file(other, 't10k', 'labels-idx1'),
      ...(set === 'mnist' ? { published: 'true' } : {}),
    };
    return {
      short: {
        ...common,
        rows: '10000',
        epochs: '3',
        samples: '20',
        'test-size': '4000',
        'foreign-size': '1000',
      },
      long: common,
    };
  },
  protocol: {
    short: '784-400-400-10, 3 passes over 10,000 rows, 20 samples, 4,000 test images, one seed',
    long: '784-400-400-10, at most 10 passes over 55,000 rows, 50 samples, all test images, one seed',
  },
  hasTable: true,
  seconds: ({ results }) =>
    sumOf(
      Object.values(results as Readonly<Record<string, readonly ClassificationResult[]>>).flat(),
      'trainSeconds',
      'predictSeconds',
    ),
  figures: ({ rows, settings }) => {
    const { epochs } = settings as { readonly epochs: number };
    return (rows as readonly ClassificationRow[]).map((row): Figure => {
      const { name, errorPercent, errorLow, errorHigh, published } = row;
      const ours = `${errorPercent.toFixed(2)} % (${errorLow.toFixed(2)} to ${errorHigh.toFixed(2)})`;
      if (!published) return { what: `${name}, test error`, ours };
      const differs = published.percent < errorLow || published.percent > errorHigh;
      return {
        what: `${name}, test error`,
        ours,
        published: { value: `${published.percent} %`, source: published.source },
        ...(differs
          ? { remark: `Outside our interval; ${epochs} passes here, about 600 there.` }
          : {}),
      };
    });
  },
});
