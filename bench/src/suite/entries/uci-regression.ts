import { uciRegressionBench } from '../../uci-regression/uci-regression.bench.js';
import type { UciFigure, UciSummary } from '../../uci-regression/uci-table.js';
import { type Figure, type SuiteEntry, sumOf } from '../entry.js';

const SOURCE = "Mukhoti et al. 2018's clean re-run, the authors' logs, same splits";

export const uciRegression: SuiteEntry = {
  name: 'uci-regression',
  title: 'UCI regression with dropout',
  bench: uciRegressionBench,
  options: (data) => {
    const common = { data: data('uci-regression') };
    return {
      short: {
        ...common,
        splits: '2',
        'epoch-share': '0.05',
        samples: '1000',
        'validation-samples': '200',
      },
      long: common,
    };
  },
  protocol: {
    short: 'two splits, a twentieth of the published passes, one network a rate, 1,000 samples',
    long: 'published passes; one network a rate, judged under all three precisions (published: one each); 1,000 samples where the grid is judged, 10,000 on the test rows',
  },
  hasTable: true,
  seconds: ({ summaries }) => sumOf(summaries as readonly UciSummary[], 'seconds'),
  figures: ({ summaries, settings }) =>
    (summaries as readonly UciSummary[])
      .filter(({ splits }) => splits > 0)
      .flatMap((summary): Figure[] => [
        figure(summary, 'RMSE', summary.rmse, settings),
        {
          ...figure(summary, 'log likelihood', summary.logLikelihood, settings),
          what: `${summary.set}, log likelihood (best of any method ${summary.bestLogLikelihood})`,
        },
      ]),
};

function figure(summary: UciSummary, what: string, own: UciFigure, settings: unknown): Figure {
  const digits = Math.abs(own.ours.mean) < 0.01 ? 6 : Math.abs(own.ours.mean) < 0.5 ? 4 : 3;
  const shown = (mean: number, error: number) =>
    `${mean.toFixed(digits)} ± ${error.toFixed(digits)}`;
  const { difference, verdict } = own;
  const paired = difference
    ? ` Split by split the difference is ${shown(difference.mean, difference.standardError)}.`
    : '';
  const share = (settings as { epochShare: number }).epochShare;
  const cause = share < 1 ? ` Only ${100 * share} % of the published passes were run.` : '';
  return {
    what: `${summary.set}, ${what}`,
    ours: `${shown(own.ours.mean, own.ours.standardError)} (${summary.splits} of ${summary.ofSplits} splits)`,
    published: { value: shown(own.authors.mean, own.authors.standardError), source: SOURCE },
    ...(verdict === 'within'
      ? {}
      : { remark: `${verdict} by more than one standard error.${paired}${cause}` }),
  };
}
