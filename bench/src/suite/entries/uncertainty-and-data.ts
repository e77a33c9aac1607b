import { uncertaintyAndDataBench } from '../../uncertainty-and-data/uncertainty-and-data.bench.js';
import type { Figure, SuiteEntry } from '../entry.js';
import { imageFiles } from './image-files.js';

type Claims = {
  readonly epistemicMostOverLeastData: number;
  readonly aleatoricMostOverLeastData: number;
  readonly epistemicAwayOverTest: Readonly<Record<string, number>>;
};

const SOURCE = 'Kendall & Gal 2017, tables 3 and 4, in words';

export const uncertaintyAndData: SuiteEntry = {
  name: 'uncertainty-and-data',
  title: 'Uncertainty against data',
  bench: uncertaintyAndDataBench,
  options: (data) => {
    const common = {
      ...imageFiles(data),
      'other-images': data('fashion-mnist/t10k-images-idx3-ubyte.gz'),
      'other-labels': data('fashion-mnist/t10k-labels-idx1-ubyte.gz'),
    };
    return {
      short: {
        ...common,
        shares: '0.125,1',
        rows: '16000',
        'test-size': '1000',
        epochs: '8',
        samples: '20',
        seeds: '1',
      },
      long: common,
    };
  },
  protocol: {
    short: '2,000 and 16,000 rows, 8 passes, one seed',
    long: '6,875 to 55,000 rows, at most 30 passes, three seeds',
  },
  hasTable: true,
  hasPicture: true,
  figures: ({ claims }) => {
    const { epistemicMostOverLeastData, aleatoricMostOverLeastData, epistemicAwayOverTest } =
      claims as Claims;
    return [
      ratio(
        'epistemic uncertainty, most over least data',
        epistemicMostOverLeastData,
        'below 1',
        (r) => r < 1,
      ),
      ratio(
        'aleatoric uncertainty, most over least data',
        aleatoricMostOverLeastData,
        'about 1',
        (r) => Math.abs(r - 1) < 0.15,
      ),
      ...Object.entries(epistemicAwayOverTest).map(([set, factor]) =>
        ratio(`epistemic uncertainty, ${set} over test`, factor, 'above 1', (r) => r > 1),
      ),
    ];
  },
};

function ratio(
  what: string,
  value: number,
  expected: string,
  holds: (r: number) => boolean,
): Figure {
  return {
    what,
    ours: value.toFixed(2),
    published: { value: expected, source: SOURCE },
    ...(holds(value) ? {} : { remark: 'Not what was published.' }),
  };
}
