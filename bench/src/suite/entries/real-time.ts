import { type CaseResult, realTimeBench } from '../../real-time/real-time.bench.js';
import { AIM, type Figure, type SuiteEntry, sumOf } from '../entry.js';

export const realTime: SuiteEntry = {
  name: 'real-time',
  title: 'Uncertainty in one pass',
  bench: realTimeBench,
  options: (data) => ({
    short: {
      data: data('.'),
      sets: 'mnist,pima',
      models: 'mc-dropout,mean-field,laplace',
      'test-size': '300',
      epochs: '8',
      turns: '3',
      'turn-ms': '50',
    },
    long: { data: data('.') },
  }),
  protocol: {
    short: 'two sets, three dense models, 1,000 training rows, 300 items, three short turns',
    long: 'four sets, five models, 1,000 training rows, 2,000 items, T = 1,000 as reference',
  },
  hasTable: true,
  seconds: ({ cases }) => sumOf(cases as readonly CaseResult[], 'seconds'),
  figures: ({ cases }) =>
    (cases as readonly CaseResult[]).map(({ set, model, agreements, times }): Figure => {
      const rank = agreements.find(({ way }) => way === 'fast')!.epistemicRankCorrelation;
      const passes = times
        .filter(({ way }) => way === 'fast')
        .map(({ batch, cpuPasses }) => ({ batch, passes: cpuPasses.median }));
      const misses = [
        ...(rank < 0.95 ? ['the order'] : []),
        ...passes.filter((one) => one.passes >= 2).map(({ batch }) => `the cost at batch ${batch}`),
      ];
      return {
        what: `${set}, ${model}: rank correlation of epistemic uncertainty with T = 1,000; passes`,
        ours: `${rank.toFixed(3)}; ${passes.map((one) => `${one.passes.toFixed(2)} (batch ${one.batch})`).join(', ')}`,
        published: { value: 'at least .95; below 2', source: AIM },
        ...(misses.length > 0 ? { remark: `Misses ${misses.join(' and ')}.` } : {}),
      };
    }),
};
