import { createOnnxEngine, type PartialModelSpec, permutation, stream } from '@dubio/bayes-core';
import { type Dataset, takeRows } from '../data/dataset.js';
import {
  type Bench,
  countOption,
  listOption,
  type Options,
  requireOption,
  UsageError,
} from '../framework/bench.js';
import { ResultState } from '../framework/result-state.js';
import { median } from '../framework/statistics.js';
import { readSet, SET_NAMES, type SplitSet } from '../real-time/cases.js';
import { type Choice, fitAndJudge, type Judged, type Rows } from './fit-and-judge.js';

/**
 * What a project does: below this many labels all of them train, from there on a share stops the
 * training.
 */
const [LABELS_FOR_SHARE, SHARE] = [60, 0.15];
const RULES: readonly string[] = ['validation', 'evidence', 'none'];

/** How the prior precision of a last-layer Laplace posterior is best come by. */
export const priorPrecisionBench: Bench = {
  name: 'prior-precision',
  summary: 'last-layer Laplace: NLL and uncertainty by the way the prior precision is chosen',
  options: {
    data: { hint: 'folder with mnist, fashion-mnist and tabular-classification in it' },
    sets: { hint: `by comma, of ${SET_NAMES.join(', ')}`, default: 'optdigits' },
    labels: { hint: 'numbers of labels, by comma', default: '40,160,640' },
    validation: {
      hint: 'validation rows beside the labels, by comma; 0: a share of the labels, as a project does',
      default: '0,300',
    },
    choices: {
      hint: 'by comma: numbers, validation, evidence, none (weights taken as certain)',
      default: 'validation,evidence,30,60,100,200,none',
    },
    seeds: { hint: 'draws of the labels and of the first weights', default: '5' },
    epochs: { hint: 'at most', default: '100' },
    samples: { hint: 'posterior samples', default: '100' },
    'test-size': { hint: 'items to judge on at most', default: '1500' },
  },
  async run({ options, out, log }) {
    const settings = {
      epochs: countOption(options, 'epochs'),
      samples: countOption(options, 'samples'),
      testSize: countOption(options, 'test-size'),
    };
    const state = new ResultState<Judged>(out, settings);
    const cases = casesOf(options);
    const results = new Map<string, Judged[]>();
    const engine = createOnnxEngine({ threads: 1 });
    for (const { set, labels, validation } of cases) {
      const data = readSet(set, requireOption(options, 'data'));
      for (let seed = 0; seed < countOption(options, 'seeds'); seed++) {
        const rows = rowsOf(data, { labels, validation, seed, testSize: settings.testSize });
        const spec = specOf(data.pool, settings.epochs);
        const fit = { engine, spec, rows, seed, samples: settings.samples };
        for (const choice of choicesOf(options)) {
          const name = `${set} ${labels} ${validation} ${choice}`;
          const judged = await state.resume(`${name} ${seed}`, () => fitAndJudge(fit, choice));
          results.set(name, [...(results.get(name) ?? []), judged]);
        }
      }
      log(table([{ set, labels, validation }], options, results));
    }
    return {
      settings,
      table: table(cases, options, results),
      results: Object.fromEntries(results),
    };
  },
};

type Case = { readonly set: string; readonly labels: number; readonly validation: number };

function casesOf(options: Options): Case[] {
  const numbers = (name: string, least: number) =>
    listOption(options, name).map((text) => {
      const value = Number(text);
      if (Number.isInteger(value) && value >= least) return value;
      throw new UsageError(`--${name} takes whole numbers of at least ${least}, got "${text}".`);
    });
  return listOption(options, 'sets').flatMap((set) =>
    numbers('validation', 0).flatMap((validation) =>
      numbers('labels', 2).map((labels) => ({ set, labels, validation })),
    ),
  );
}

function choicesOf(options: Options): Choice[] {
  return listOption(options, 'choices').map((text) => {
    if (RULES.includes(text)) return text as Choice;
    if (Number(text) > 0) return Number(text);
    throw new UsageError(`--choices takes positive numbers, ${RULES.join(', ')}, got "${text}".`);
  });
}

function rowsOf(
  { pool, test }: SplitSet,
  { labels, validation, seed, testSize }: Omit<Case, 'set'> & { seed: number; testSize: number },
): Rows {
  const needed = labels + validation;
  if (needed > pool.features.rows)
    throw new UsageError(
      `--labels and --validation take ${needed} items, the pool has ${pool.features.rows}.`,
    );
  const order = permutation(stream(seed).split('prior precision'), pool.features.rows);
  const share = validation === 0 && labels >= LABELS_FOR_SHARE ? Math.round(SHARE * labels) : 0;
  const heldOut = validation === 0 ? share : validation;
  const training = labels - share;
  return {
    train: takeRows(pool, order.subarray(0, training)),
    validation: heldOut === 0 ? null : takeRows(pool, order.subarray(training, training + heldOut)),
    test: takeRows(
      test,
      Int32Array.from({ length: Math.min(testSize, test.features.rows) }, (_, row) => row),
    ),
  };
}

/** The network and the training that projects begin with. */
function specOf({ features, classes }: Dataset, epochs: number): PartialModelSpec {
  const hidden = [{ kind: 'dense', units: 128 }, { kind: 'relu' }] as const;
  return {
    network: { layers: [{ kind: 'flatten' }, ...hidden, ...hidden] },
    input: { shape: features.shape },
    output: { kind: 'class', classes },
    optimiser: { weightDecay: 1e-4 },
    batchSize: 64,
    maxEpochs: epochs,
    patience: 10,
    drawsPerEpoch: 2048,
  };
}

function table(
  cases: readonly Case[],
  options: Options,
  results: ReadonlyMap<string, readonly Judged[]>,
): string {
  const choices = choicesOf(options);
  const lines = cases.map(({ set, labels, validation }) => [
    `${set}, ${labels} labels, ${validation || 'a share'}`,
    ...choices.map((choice) => {
      const judged = results.get(`${set} ${labels} ${validation} ${choice}`) ?? [];
      const middle = (pick: (one: Judged) => number) => median(judged.map(pick));
      const aurocs = judged.flatMap(({ aurocOfMistakes }) => aurocOfMistakes ?? []);
      return `${middle(({ nllNats }) => nllNats).toFixed(3)}, ${middle(({ meanEpistemic }) => meanEpistemic).toFixed(3)}, ${aurocs.length ? median(aurocs).toFixed(3) : 'none'}`;
    }),
  ]);
  const head = ['set, labels, validation rows', ...choices.map(String)];
  return [head, head.map(() => '---'), ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
