import { createOnnxEngine } from '@dubio/bayes-core';
import {
  type Bench,
  countOption,
  listOption,
  numberOption,
  type Options,
  requireOption,
  UsageError,
} from '../framework/bench.js';
import { ResultState } from '../framework/result-state.js';
import { UCI_PUBLISHED } from './published.js';
import {
  type Choice,
  chooseOnSplit,
  judgeOnSplit,
  type SplitResult,
  type UciSettings,
} from './run-split.js';
import { readUciSet, UCI_SETS, type UciSet, type UciSetName } from './uci-data.js';
import { type UciSummary, uciSummary, uciTable } from './uci-table.js';

/** Regression with dropout on the fixed splits of nine UCI sets, under the published protocol. */
export const uciRegressionBench: Bench = {
  name: 'uci-regression',
  summary: 'test error and log likelihood of MC dropout on nine UCI sets, split by split',
  options: {
    data: { hint: 'folder with the sets and their splits' },
    sets: { hint: 'by comma; they take turns, split by split', default: UCI_SETS.join(',') },
    splits: { hint: 'the first so many of each set', default: '20' },
    'epoch-share': { hint: 'of the published passes over the data', default: '1' },
    networks: {
      hint: 'per-rate (each judged under all precisions) or per-rate-and-precision (as published)',
      default: 'per-rate',
    },
    samples: { hint: 'posterior samples on the test rows', default: '10000' },
    'validation-samples': { hint: 'posterior samples where the grid is judged', default: '1000' },
    seed: { hint: 'of the networks', default: '0' },
    threads: { hint: 'native threads', default: '1' },
  },
  async run({ options, out, log }) {
    const settings = settingsOf(options);
    const folder = requireOption(options, 'data');
    const sets = setsOf(options).map((name) => readUciSet(folder, name));
    const choices = new ResultState<Choice>(out.replace(/\.json$/, '.choices.json'), settings);
    const state = new ResultState<SplitResult>(out, settings);
    const engine = createOnnxEngine({ threads: countOption(options, 'threads') });
    const results = new Map(sets.map(({ name }): [string, SplitResult[]] => [name, []]));
    for (let split = 0; split < countOption(options, 'splits'); split++) {
      for (const set of sets.filter(({ splits }) => split < splits.length)) {
        const choice = await choices.resume(`${set.name} ${split}`, () =>
          chooseOnSplit(engine, set, split, settings),
        );
        const result = await state.resume(`${set.name} ${split}`, () =>
          judgeOnSplit(engine, set, split, { choice, settings }),
        );
        results.get(set.name)!.push(result);
        log(
          `${set.name} split ${split}: RMSE ${result.rmse.toPrecision(4)}, log likelihood ${result.logLikelihood.toFixed(3)}, rate ${result.rate}, tau ${result.precision}, ${result.seconds} s`,
        );
      }
    }
    const summaries = sets.map((set) => summaryOf(set, results.get(set.name)!));
    const table = uciTable(summaries);
    log(table);
    return { settings, summaries, table, results: Object.fromEntries(results) };
  },
};

function settingsOf(options: Options): UciSettings {
  const networks = requireOption(options, 'networks');
  if (networks !== 'per-rate' && networks !== 'per-rate-and-precision')
    throw new UsageError(
      `--networks must be per-rate or per-rate-and-precision, got "${networks}".`,
    );
  const epochShare = numberOption(options, 'epoch-share');
  if (!(epochShare > 0)) throw new UsageError(`--epoch-share must be above 0, got ${epochShare}.`);
  return {
    epochShare,
    networks,
    testSamples: countOption(options, 'samples'),
    validationSamples: countOption(options, 'validation-samples'),
    seed: numberOption(options, 'seed'),
  };
}

function setsOf(options: Options): UciSetName[] {
  return listOption(options, 'sets').map((name) => {
    const known = UCI_SETS.find((set) => set === name);
    if (known) return known;
    throw new UsageError(`--sets does not know "${name}"; choose from ${UCI_SETS.join(', ')}.`);
  });
}

const summaryOf = (set: UciSet, results: readonly SplitResult[]): UciSummary =>
  uciSummary({
    set: set.name,
    ofSplits: set.splits.length,
    results,
    published: UCI_PUBLISHED[set.name],
    authors: set.authors,
  });
