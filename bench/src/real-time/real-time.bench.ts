import {
  createOnnxEngine,
  type Engine,
  fitPosterior,
  type PartialModelSpec,
} from '@dubio/bayes-core';
import { type Dataset, takeRows } from '../data/dataset.js';
import {
  type Bench,
  countOption,
  listOption,
  type Options,
  requireOption,
} from '../framework/bench.js';
import { ResultState } from '../framework/result-state.js';
import { MODEL_NAMES, readSet, SET_NAMES, type SplitSet, specOf } from './cases.js';
import { type Agreement, compareUncertainties } from './compare-uncertainties.js';
import { type PassTime, timePredictions } from './time-predictions.js';

/** One model on one set. */
export type CaseResult = {
  readonly set: string;
  readonly model: string;
  readonly trainRows: number;
  readonly testRows: number;
  readonly validationAccuracy: number | undefined;
  readonly meanEpistemic: number;
  readonly agreements: readonly Agreement[];
  readonly times: readonly PassTime[];
  /** Of training, comparing and timing together. */
  readonly seconds: number;
};

/**
 * What one pass of moments costs and how well it orders items by epistemic uncertainty, against
 * samples.
 */
export const realTimeBench: Bench = {
  name: 'real-time',
  summary:
    'milliseconds per item and rank correlation of uncertainty: one pass of moments against T samples',
  options: {
    data: { hint: 'folder with mnist, fashion-mnist and tabular-classification in it' },
    sets: { hint: 'by comma', default: SET_NAMES.join(',') },
    models: { hint: 'by comma', default: MODEL_NAMES.join(',') },
    rows: { hint: 'training rows at most; of tables what there is', default: '1000' },
    'test-size': { hint: 'items to compare at most', default: '2000' },
    epochs: { hint: 'at most', default: '30' },
    batches: { hint: 'rows of a timed call, by comma', default: '1,256' },
    turns: { hint: 'of timing', default: '5' },
    'turn-ms': { hint: 'for each way and batch in a turn', default: '200' },
  },
  async run({ options, out, log }) {
    const engine = createOnnxEngine({ threads: 1 });
    const { data: _, sets: __, models: ___, ...settings } = options;
    const state = new ResultState<CaseResult>(out, settings);
    const cases: CaseResult[] = [];
    for (const set of listOption(options, 'sets')) {
      const data = readSet(set, requireOption(options, 'data'));
      for (const model of listOption(options, 'models')) {
        const spec = specOf(model, data.pool, countOption(options, 'epochs'));
        if (!spec) continue;
        const run = () => runCase({ engine, options, data, set, model, spec });
        const result = await state.resume(`${set}, ${model}`, run);
        cases.push(result);
        log(sentence(result));
      }
    }
    const table = markdown(cases);
    log(table);
    return { threads: 1, cases, table };
  },
};

type Setting = {
  readonly engine: Engine;
  readonly options: Options;
  readonly data: SplitSet;
  readonly set: string;
  readonly model: string;
  readonly spec: PartialModelSpec;
};

async function runCase(setting: Setting): Promise<CaseResult> {
  const { engine, options, data, set, model, spec } = setting;
  const start = performance.now();
  const { pool } = data;
  const available = Math.floor(pool.features.rows * 0.8);
  const rows = Math.min(countOption(options, 'rows'), available);
  const validationRows = Math.min(1000, pool.features.rows - rows);
  const part = (start: number, count: number) =>
    takeRows(
      pool,
      Int32Array.from({ length: count }, (_, i) => start + i),
    );
  const train = part(0, rows);
  const posterior = await fitPosterior({
    engine,
    spec,
    train: labelled(train),
    validation: labelled(part(rows, validationRows)),
    seed: 1,
  });
  const testRows = Math.min(countOption(options, 'test-size'), data.test.features.rows);
  const { features } = takeRows(
    data.test,
    Int32Array.from({ length: testRows }, (_, i) => i),
  );
  const { meanEpistemic, agreements } = await compareUncertainties(engine, posterior, features);
  const batches = listOption(options, 'batches').map(Number);
  const times = await timePredictions(
    { engine, posterior, features },
    batches.map((batch) => Math.min(batch, testRows)),
    { turns: countOption(options, 'turns'), budgetMs: countOption(options, 'turn-ms') },
  );
  const accuracies = posterior.history.map((epoch) => epoch.validationAccuracy ?? 0);
  return {
    set,
    model,
    trainRows: rows,
    testRows,
    validationAccuracy: Math.max(...accuracies),
    meanEpistemic,
    agreements,
    times,
    seconds: (performance.now() - start) / 1000,
  };
}

const labelled = ({ features, labels }: Dataset) => ({
  features,
  targets: { kind: 'class' as const, values: labels },
});

const agreementOf = ({ agreements }: CaseResult, way: string): Agreement =>
  agreements.find((each) => each.way.startsWith(way))!;

function sentence(result: CaseResult): string {
  const fast = agreementOf(result, 'fast');
  const passes = result.times
    .filter(({ way }) => way === 'fast')
    .map(({ batch, passes }) => `${passes.median.toFixed(2)} passes at batch ${batch}`);
  return `${result.set}, ${result.model}: rank correlation ${fast.epistemicRankCorrelation.toFixed(3)}, size ${fast.epistemicRatio.toFixed(2)}, ${passes.join(', ')}`;
}

function markdown(cases: readonly CaseResult[]): string {
  const ways = ['fast', 'T = 10', 'T = 100', 'T = 1000'];
  const batches = [...new Set(cases.flatMap(({ times }) => times.map(({ batch }) => batch)))];
  const timed = ['fast', 'T = 1', 'T = 10', 'T = 100'];
  const head = [
    'set, model',
    ...ways.map((way) => `rank, ${way}`),
    'size, fast',
    ...batches.flatMap((batch) => [
      `µs plain, batch ${batch}`,
      ...timed.map((way) => `passes, ${way}, batch ${batch}`),
    ]),
  ];
  const lines = cases.map((result) => [
    `${result.set}, ${result.model}`,
    ...ways.map((way) => agreementOf(result, way).epistemicRankCorrelation.toFixed(3)),
    agreementOf(result, 'fast').epistemicRatio.toFixed(2),
    ...batches.flatMap((batch) => {
      const of = (way: string) =>
        result.times.find((time) => time.way === way && time.batch === batch);
      return [
        ((of('plain')?.msPerItem.median ?? Number.NaN) * 1000).toFixed(1),
        ...timed.map((way) => (of(way)?.passes.median ?? Number.NaN).toFixed(2)),
      ];
    }),
  ]);
  return [head, head.map(() => '---'), ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
