import { multiTaskBench } from '../../multi-task/multi-task.bench.js';
import type { SuiteEntry } from '../entry.js';

type Field = {
  readonly name: string;
  readonly truth: number;
  readonly median: number;
  readonly within: number;
  readonly seeds: number;
};

export const multiTask: SuiteEntry = {
  name: 'multi-task',
  title: 'Learned noise of two tasks',
  bench: multiTaskBench,
  options: () => ({ short: { seeds: '2' }, long: {} }),
  protocol: { short: 'as published, two seeds', long: 'as published, seven seeds' },
  figures: ({ fields, published }) =>
    (fields as readonly Field[]).map(({ name, truth, median, within, seeds }) => ({
      what: `noise of ${name}, ${truth} is true`,
      ours: `${median.toFixed(2)} (${within} of ${seeds} seeds within 15 % of the truth)`,
      published: {
        value: `${(published as Readonly<Record<string, number>>)[name]}`,
        source: 'Kendall, Gal & Cipolla 2018, notebook, one seed',
      },
      ...(within === seeds ? {} : { remark: 'Some seeds lie outside 15 % of the truth.' }),
    })),
};
