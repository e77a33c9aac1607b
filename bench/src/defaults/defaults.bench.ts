import { type Bench, countOption, listOption, requireOption } from '../framework/bench.js';
import { ResultState } from '../framework/result-state.js';
import { type Judged, judgeDefault, MODELS, type ModelName, splitRows } from './judge-default.js';
import { readSet, SET_NAMES } from './sets.js';

const MODEL_NAMES = Object.keys(MODELS) as readonly ModelName[];

/** One set with one number of labels: means over the seeds. */
export type Cell = {
  readonly set: string;
  readonly labels: number;
  readonly seeds: number;
  readonly models: Readonly<Record<ModelName, Judged>>;
  /** NLL of the default less that of logistic regression, seed by seed: mean and standard error. */
  readonly nllGap: number;
  readonly nllGapError: number | null;
};

/** The default model against logistic regression, over sets and numbers of labels. */
export const defaultsBench: Bench = {
  name: 'defaults',
  summary: 'the default model against logistic regression: accuracy, NLL, ECE by number of labels',
  options: {
    data: { hint: 'folder with tabular-classification, mnist and fashion-mnist in it' },
    sets: { hint: `by comma, of ${SET_NAMES.join(', ')}`, default: SET_NAMES.join(',') },
    labels: { hint: 'numbers of labels, by comma', default: '10,20,40,80,160,320' },
    seeds: { hint: 'splits of each set', default: '10' },
  },
  async run({ options, out, log }) {
    const folder = requireOption(options, 'data');
    const seeds = countOption(options, 'seeds');
    const state = new ResultState<Judged>(out, {});
    const cells: Cell[] = [];
    for (const name of listOption(options, 'sets')) {
      const set = readSet(name, folder);
      const most = splitRows(set, 0).pool.rows.rows;
      for (const text of listOption(options, 'labels')) {
        const labels = countOption({ labels: text }, 'labels');
        if (labels > most) continue;
        const runs: Record<ModelName, Judged>[] = [];
        for (let seed = 0; seed < seeds; seed++) {
          const judge = (model: ModelName) =>
            state.resume(`${name} ${labels} ${model} ${seed}`, async () =>
              judgeDefault(set, model, { labels, seed }),
            );
          runs.push({ default: await judge('default'), logistic: await judge('logistic') });
        }
        cells.push(cellOf(name, labels, runs));
        log(line(cells.at(-1)!));
      }
    }
    return { cells, table: defaultsTable(cells) };
  },
};

const mean = (values: readonly number[]): number =>
  values.reduce((sum, x) => sum + x, 0) / values.length;

export function cellOf(
  set: string,
  labels: number,
  runs: readonly Readonly<Record<ModelName, Judged>>[],
): Cell {
  const meanOf = (model: ModelName): Judged => ({
    accuracy: mean(runs.map((run) => run[model].accuracy)),
    nllNats: mean(runs.map((run) => run[model].nllNats)),
    ece: mean(runs.map((run) => run[model].ece)),
    fitSeconds: mean(runs.map((run) => run[model].fitSeconds)),
  });
  const gaps = runs.map((run) => run.default.nllNats - run.logistic.nllNats);
  const nllGap = mean(gaps);
  const squares = gaps.reduce((sum, gap) => sum + (gap - nllGap) ** 2, 0);
  const n = gaps.length;
  return {
    set,
    labels,
    seeds: n,
    models: { default: meanOf('default'), logistic: meanOf('logistic') },
    nllGap,
    nllGapError: n > 1 ? Math.sqrt(squares / (n - 1) / n) : null,
  };
}

const three = (value: number): string => value.toFixed(3);

function line({ set, labels, models, nllGap, nllGapError }: Cell): string {
  const figures = MODEL_NAMES.flatMap((name) => {
    const { accuracy, nllNats, ece } = models[name];
    return [accuracy, nllNats, ece].map(three);
  });
  const gap = `${three(nllGap)}${nllGapError === null ? '' : ` ± ${three(nllGapError)}`}`;
  return `| ${set} | ${labels} | ${figures.join(' | ')} | ${gap} | ${models.default.fitSeconds.toFixed(2)} |`;
}

/** In Markdown: accuracy, NLL and ECE of each model, and the gap in NLL; below 0 the default is better. */
export function defaultsTable(cells: readonly Cell[]): string {
  const heads = MODEL_NAMES.flatMap((name) =>
    ['accuracy', 'NLL', 'ECE'].map((figure) => `${name}: ${figure}`),
  );
  return [
    `| set | labels | ${heads.join(' | ')} | gap in NLL | fit, s |`,
    `|---|---|${heads.map(() => '---|').join('')}---|---|`,
    ...cells.map(line),
  ].join('\n');
}
