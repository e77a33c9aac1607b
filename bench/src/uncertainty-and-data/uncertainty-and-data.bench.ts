import { poolUncertainty } from '@dubio/active-learning';
import {
  createOnnxEngine,
  createPredictor,
  type Engine,
  type FittedPosterior,
  fitPosterior,
  type PartialModelSpec,
} from '@dubio/bayes-core';
import { type Dataset, firstItems, lastItems, readImages, standardise } from '../data/dataset.js';
import {
  type Bench,
  countOption,
  listOption,
  numberOption,
  type Options,
  requireOption,
  UsageError,
} from '../framework/bench.js';
import { writeWhole } from '../framework/files.js';
import { median } from '../framework/statistics.js';
import { noiseEntropy, rotated, withNoisyLabels } from './shifted-images.js';
import { uncertaintyPicture } from './uncertainty-picture.js';
import { type UncertaintyPoint, uncertaintyTable } from './uncertainty-table.js';

/**
 * Does epistemic uncertainty fall with data and rise away from them, while aleatoric uncertainty
 * stays?
 */
export const uncertaintyAndDataBench: Bench = {
  name: 'uncertainty-and-data',
  summary: 'epistemic and aleatoric uncertainty as the training data grow, and away from them',
  options: {
    'train-images': { hint: 'IDX images to train on, gzip-compressed or not' },
    'train-labels': { hint: 'their labels' },
    'test-images': { hint: 'IDX images to test on' },
    'test-labels': { hint: 'their labels' },
    'other-images': { hint: 'IDX images of something else, of the same size' },
    'other-labels': { hint: 'their labels; read, not used' },
    shares: { hint: 'of the training rows, by comma', default: '0.125,0.25,0.5,1' },
    rows: { hint: 'training rows in all, validation apart', default: '55000' },
    validation: { hint: 'rows that decide when to stop', default: '5000' },
    'test-size': { hint: 'test images, and of the others', default: '2000' },
    angles: { hint: 'by which test digits are turned, by comma', default: '30,60,90' },
    'label-noise': { hint: 'share of labels replaced by chance', default: '0.2' },
    units: { hint: 'of the two hidden layers', default: '256' },
    epochs: { hint: 'at most', default: '30' },
    samples: { hint: 'posterior samples', default: '50' },
    seeds: { hint: 'networks for each share', default: '3' },
    threads: { hint: 'native threads', default: '1' },
  },
  async run({ options, out, log }) {
    const data = readData(options);
    const engine = createOnnxEngine({ threads: countOption(options, 'threads') });
    const points: UncertaintyPoint[] = [];
    for (const share of sharesOf(options)) {
      const rows = Math.round(share * data.train.features.rows);
      const train = firstItems(data.train, rows);
      for (let seed = 0; seed < countOption(options, 'seeds'); seed++) {
        const posterior = await fitPosterior({
          engine,
          spec: specOf(options, train),
          train: labelled(train),
          validation: labelled(data.validation),
          seed,
        });
        for (const [set, dataset] of data.judged)
          points.push({
            rows,
            seed,
            set,
            ...(await uncertaintyOf(engine, posterior, dataset, options)),
          });
        const inside = points.at(-data.judged.length)!;
        log(
          `${rows} rows, seed ${seed}: epistemic ${inside.epistemic.toFixed(4)}, aleatoric ${inside.aleatoric.toFixed(3)}, accuracy ${inside.accuracy.toFixed(3)}`,
        );
      }
    }
    const noise = noiseEntropy(numberOption(options, 'label-noise'), data.train.classes);
    const table = uncertaintyTable(points);
    writeWhole(`${out.replace(/\.json$/, '')}.svg`, uncertaintyPicture(points, noise));
    log(table);
    return { noiseEntropyNats: noise, points, claims: claimsOf(points), table };
  },
};

function sharesOf(options: Options): number[] {
  return listOption(options, 'shares').map((text) => {
    const share = Number(text);
    if (!(share > 0 && share <= 1))
      throw new UsageError(`--shares must be numbers above 0 and up to 1, got "${text}".`);
    return share;
  });
}

function readData(options: Options) {
  const read = (name: string) =>
    readImages(requireOption(options, `${name}-images`), requireOption(options, `${name}-labels`));
  const [rows, validationRows] = [countOption(options, 'rows'), countOption(options, 'validation')];
  const size = countOption(options, 'test-size');
  const noise = numberOption(options, 'label-noise');
  const digits = read('train');
  const scaled = (dataset: Dataset) => standardise(dataset, digits);
  const all = withNoisyLabels(scaled(digits), noise, 'train');
  if (all.features.rows < rows + validationRows)
    throw new UsageError(
      `--rows and --validation take ${rows + validationRows} images, the file has ${all.features.rows}.`,
    );
  const test = firstItems(read('test'), size);
  const judged: [string, Dataset][] = [
    ['test', scaled(test)],
    ...listOption(options, 'angles').map((angle): [string, Dataset] => [
      `turned by ${angle}°`,
      scaled(rotated(test, Number(angle))),
    ]),
    ['something else', scaled(firstItems(read('other'), size))],
  ];
  return { train: firstItems(all, rows), validation: lastItems(all, validationRows), judged };
}

function specOf(options: Options, { features, classes }: Dataset): PartialModelSpec {
  return {
    network: { preset: 'mlp-512', units: countOption(options, 'units') },
    input: { shape: features.shape },
    output: { kind: 'class', classes },
    posterior: { kind: 'mc-dropout', rate: 0.5 },
    batchSize: 128,
    maxEpochs: countOption(options, 'epochs'),
    patience: 3,
  };
}

const labelled = ({ features, labels }: Dataset) => ({
  features,
  targets: { kind: 'class' as const, values: labels },
});

async function uncertaintyOf(
  engine: Engine,
  posterior: FittedPosterior,
  dataset: Dataset,
  options: Options,
) {
  const samples = countOption(options, 'samples');
  const predictor = await createPredictor({ engine, posterior, samples });
  const moments = await predictor.moments(dataset.features);
  await predictor.dispose();
  if (moments.kind !== 'class') throw new Error('expected classes');
  const uncertainty = poolUncertainty(moments);
  const mean = (values: Float64Array) => values.reduce((sum, x) => sum + x, 0) / values.length;
  const { rows, classes, meanProbs_N_C } = moments;
  let hits = 0;
  for (let row = 0; row < rows; row++) {
    const probs = meanProbs_N_C.subarray(row * classes, (row + 1) * classes);
    if (probs.indexOf(Math.max(...probs)) === dataset.labels[row]) hits++;
  }
  return {
    epistemic: mean(uncertainty.epistemic_N),
    aleatoric: mean(uncertainty.aleatoric_N),
    accuracy: hits / rows,
  };
}

/** The claims of Kendall & Gal 2017 in numbers: ratios of medians over the seeds. */
function claimsOf(points: readonly UncertaintyPoint[]) {
  const sizes = [...new Set(points.map(({ rows }) => rows))].sort((a, b) => a - b);
  const [least, most] = [sizes[0]!, sizes.at(-1)!];
  const of = (rows: number, set: string, kind: 'epistemic' | 'aleatoric') =>
    median(points.filter((p) => p.rows === rows && p.set === set).map((p) => p[kind]));
  const sets = [...new Set(points.map(({ set }) => set))].filter((set) => set !== 'test');
  return {
    epistemicMostOverLeastData: of(most, 'test', 'epistemic') / of(least, 'test', 'epistemic'),
    aleatoricMostOverLeastData: of(most, 'test', 'aleatoric') / of(least, 'test', 'aleatoric'),
    epistemicAwayOverTest: Object.fromEntries(
      sets.map((set) => [set, of(most, set, 'epistemic') / of(most, 'test', 'epistemic')]),
    ),
  };
}
