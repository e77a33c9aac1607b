import {
  createOnnxEngine,
  createPredictor,
  type Engine,
  fitPosterior,
  type PartialModelSpec,
} from '@dubio/bayes-core';
import { type Bench, countOption } from '../framework/bench.js';
import { median } from '../framework/statistics.js';
import { drawToy, type Toy } from './toy.js';

/** What the authors' notebook prints for its one seed. */
const PUBLISHED = { y1: 8.59, y2: 0.92 } as const;
/** Rows that training calls an epoch at the least. */
const ROWS_PER_EPOCH = 1024;
const SHARE_ALLOWED = 0.15;

type Found = {
  readonly seed: number;
  readonly sigmas: Readonly<Record<string, number>>;
  readonly drawn: Readonly<Record<string, number>>;
};

/** Learned task noise on the two lines of Kendall, Gal & Cipolla: does it find 10 and 1? */
export const multiTaskBench: Bench = {
  name: 'multi-task',
  summary: 'noise that one network with two outputs finds in two lines',
  options: {
    seeds: { hint: 'data sets and networks', default: '7' },
    rows: { hint: 'points', default: '100' },
    units: { hint: 'of the one hidden layer', default: '1024' },
    batch: { hint: 'points per step', default: '20' },
    passes: { hint: 'over the points', default: '2000' },
    threads: { hint: 'native threads', default: '1' },
  },
  async run({ options, log }) {
    const [rows, batchSize] = [countOption(options, 'rows'), countOption(options, 'batch')];
    const steps = (countOption(options, 'passes') * rows) / batchSize;
    const spec: PartialModelSpec = {
      network: {
        layers: [{ kind: 'dense', units: countOption(options, 'units') }, { kind: 'relu' }],
      },
      input: { shape: [1] },
      output: {
        kind: 'fields',
        fields: Object.keys(PUBLISHED).map((name) => ({ name, output: { kind: 'number' } })),
      },
      posterior: { kind: 'point' },
      batchSize,
      maxEpochs: Math.max(1, Math.round(steps / Math.ceil(ROWS_PER_EPOCH / batchSize))),
    };
    const engine = createOnnxEngine({ threads: countOption(options, 'threads') });
    const runs: Found[] = [];
    for (let seed = 0; seed < countOption(options, 'seeds'); seed++) {
      const toy = drawToy(rows, seed);
      const sigmas = await findNoise(engine, spec, toy, seed);
      const drawn = Object.fromEntries(toy.fields.map((field) => [field.name, field.drawn]));
      runs.push({ seed, sigmas, drawn });
      log(`seed ${seed}: ${toy.fields.map(({ name }) => shown(name, sigmas, drawn)).join(', ')}`);
    }
    const fields = drawToy(rows, 0).fields.map(({ name, truth }) => summary(name, truth, runs));
    for (const field of fields) log(sentence(field));
    return { steps, runs, fields, published: PUBLISHED };
  },
};

async function findNoise(engine: Engine, spec: PartialModelSpec, toy: Toy, seed: number) {
  const rows = toy.x.length;
  const features = { data: toy.x, rows, shape: [1] };
  const targets = {
    kind: 'fields',
    fields: toy.fields.map(({ values }) => ({ kind: 'number', values }) as const),
  } as const;
  const posterior = await fitPosterior({ engine, spec, train: { features, targets }, seed });
  const predictor = await createPredictor({ engine, posterior, samples: 1 });
  const moments = await predictor.moments({ ...features, data: toy.x.subarray(0, 1), rows: 1 });
  await predictor.dispose();
  if (moments.kind !== 'fields') throw new Error('expected two fields');
  return Object.fromEntries(
    moments.fields.map(({ name, moments: own }) => {
      if (own.kind !== 'number') throw new Error('expected numbers');
      return [name, Math.sqrt(own.meanOfVariances_N[0]!)];
    }),
  );
}

type FieldSummary = {
  readonly name: string;
  readonly truth: number;
  readonly median: number;
  readonly least: number;
  readonly greatest: number;
  /** Median distance to the truth as a share of it, and how many seeds lie within 15 %. */
  readonly medianShareOff: number;
  readonly within: number;
  readonly seeds: number;
};

function summary(name: string, truth: number, runs: readonly Found[]): FieldSummary {
  const found = runs.map(({ sigmas }) => sigmas[name]!);
  return {
    name,
    truth,
    median: median(found),
    least: Math.min(...found),
    greatest: Math.max(...found),
    medianShareOff: Math.abs(median(found) - truth) / truth,
    within: found.filter((sigma) => Math.abs(sigma - truth) <= SHARE_ALLOWED * truth).length,
    seeds: found.length,
  };
}

const shown = (name: string, sigmas: Found['sigmas'], drawn: Found['drawn']): string =>
  `${name} ${sigmas[name]!.toFixed(2)} (drawn ${drawn[name]!.toFixed(2)})`;

const sentence = ({ name, truth, median: middle, within, seeds }: FieldSummary): string =>
  `${name}: ${middle.toFixed(2)} in the median, ${truth} is true; ${within} of ${seeds} seeds within 15 %`;
