import { createOnnxEngine, type Engine, type PartialModelSpec } from '@dubio/bayes-core';
import { type Dataset, firstItems, lastItems, readImages } from '../data/dataset.js';
import {
  type Bench,
  countOption,
  listOption,
  type Options,
  requireOption,
  UsageError,
} from '../framework/bench.js';
import { ResultState } from '../framework/result-state.js';
import { rotated } from '../uncertainty-and-data/shifted-images.js';
import {
  type ClassificationResult,
  classificationRow,
  classificationTable,
} from './classification-table.js';
import { fitResumably } from './fit-resumably.js';
import { judge } from './judge.js';
import { type Contestant, contestants } from './posteriors.js';

/** Blundell et al. 2015 divide the bytes of a pixel by this. */
const PIXEL_SCALE = 1 / 126;
const TURNED_BY = 90;

/**
 * Every posterior on the same images with the same network: error, likelihood, calibration,
 * uncertainty about foreign images.
 */
export const classificationBench: Bench = {
  name: 'classification',
  summary: 'error, NLL, ECE and out-of-distribution AUROC of every posterior on one set of images',
  options: {
    'train-images': { hint: 'IDX images to train on, gzip-compressed or not' },
    'train-labels': { hint: 'their labels' },
    'test-images': { hint: 'IDX images to test on' },
    'test-labels': { hint: 'their labels' },
    'other-images': { hint: 'IDX images of something else, of the same size' },
    'other-labels': { hint: 'their labels; read, not used' },
    posteriors: { hint: 'by comma', default: Object.keys(contestants(2)).join(',') },
    units: { hint: 'of the two hidden layers', default: '400' },
    epochs: { hint: 'at most', default: '10' },
    rows: { hint: 'training rows', default: '55000' },
    validation: { hint: 'rows that choose the epoch', default: '5000' },
    'test-size': { hint: 'test images', default: '10000' },
    'foreign-size': { hint: 'images of each foreign kind', default: '2000' },
    samples: { hint: 'posterior samples', default: '50' },
    seeds: { hint: 'networks of each posterior', default: '1' },
    published: { hint: 'the images are MNIST: what was published stands beside ours', flag: true },
    threads: { hint: 'native threads', default: '1' },
  },
  async run({ options, out, log }) {
    const parts = partsOf(options, out);
    const state = new ResultState<ClassificationResult>(out, parts.settings);
    const chosen = contestantsOf(options);
    const results = new Map(chosen.map(([name]): [string, ClassificationResult[]] => [name, []]));
    for (let seed = 0; seed < countOption(options, 'seeds'); seed++) {
      for (const [name, contestant] of chosen) {
        const key = `${name} ${seed}`;
        const result = await state.resume(key, () => runOne(parts, key, contestant, seed));
        results.get(name)!.push(result);
        log(
          `${name}, seed ${seed}: error ${(100 * result.error.estimate!).toFixed(2)} %, NLL ${result.nllNats.toFixed(4)}, ECE ${result.ece.estimate!.toFixed(4)}, ${result.trainSeconds} s`,
        );
      }
    }
    const units = countOption(options, 'units');
    const isKnown = options.published !== undefined;
    const rows = chosen.map(([name, { published }]) =>
      classificationRow(name, results.get(name)!, (isKnown && published?.(units)) || null),
    );
    const table = classificationTable(rows);
    log(table);
    return { settings: parts.settings, rows, table, results: Object.fromEntries(results) };
  },
};

type Parts = {
  readonly settings: Readonly<Record<string, number>>;
  readonly out: string;
  readonly engine: Engine;
  readonly train: Dataset;
  readonly validation: Dataset;
  readonly test: Dataset;
  readonly foreign: readonly { readonly name: string; readonly dataset: Dataset }[];
  readonly samples: number;
  readonly spec: PartialModelSpec;
};

async function runOne(
  { out, engine, train, validation, test, foreign, samples, spec }: Parts,
  key: string,
  { posterior: kind }: Contestant,
  seed: number,
): Promise<ClassificationResult> {
  const start = performance.now();
  const stem = `${out.replace(/\.json$/, '')}.${key.replaceAll(' ', '-')}`;
  const { posterior, clear } = await fitResumably(stem, {
    engine,
    spec: { ...spec, posterior: kind },
    train: labelled(train),
    validation: labelled(validation),
    seed,
  });
  const trained = performance.now();
  const scores = await judge(engine, posterior, samples, test, foreign);
  clear();
  const seconds = (from: number, to: number) => Math.round((to - from) / 100) / 10;
  return {
    ...scores,
    epochs: posterior.history.length,
    trainSeconds: seconds(start, trained),
    predictSeconds: seconds(trained, performance.now()),
  };
}

function partsOf(options: Options, out: string): Parts {
  const read = (name: string) => {
    const dataset = readImages(
      requireOption(options, `${name}-images`),
      requireOption(options, `${name}-labels`),
    );
    return { ...dataset, features: { ...dataset.features, scale: PIXEL_SCALE } };
  };
  const count = (name: string) => countOption(options, name);
  const [all, tested] = [read('train'), read('test')];
  if (all.features.rows < count('rows') + count('validation'))
    throw new UsageError(
      `--rows and --validation take ${count('rows') + count('validation')} images, the file has ${all.features.rows}.`,
    );
  const train = firstItems(all, count('rows'));
  const test = firstItems(tested, count('test-size'));
  const foreignSize = count('foreign-size');
  const settings = {
    units: count('units'),
    epochs: count('epochs'),
    rows: train.features.rows,
    validation: count('validation'),
    testSize: test.features.rows,
    foreignSize,
    samples: count('samples'),
  };
  return {
    settings,
    out,
    engine: createOnnxEngine({ threads: count('threads') }),
    train,
    validation: lastItems(all, count('validation')),
    test,
    foreign: [
      { name: 'something else', dataset: firstItems(read('other'), foreignSize) },
      {
        name: `turned by ${TURNED_BY}°`,
        dataset: rotated(firstItems(tested, foreignSize), TURNED_BY),
      },
    ],
    samples: settings.samples,
    spec: {
      network: { preset: 'mlp-512', units: settings.units },
      input: { shape: train.features.shape },
      output: { kind: 'class', classes: train.classes },
      batchSize: 128,
      maxEpochs: settings.epochs,
      patience: settings.epochs,
    },
  };
}

function contestantsOf(options: Options): [string, Contestant][] {
  const known = contestants(Math.ceil(countOption(options, 'epochs') / 2));
  return listOption(options, 'posteriors').map((name) => {
    const contestant = known[name];
    if (contestant) return [name, contestant];
    throw new UsageError(
      `--posteriors does not know "${name}"; choose from ${Object.keys(known).join(', ')}.`,
    );
  });
}

const labelled = ({ features, labels }: Dataset) => ({
  features,
  targets: { kind: 'class' as const, values: labels },
});
