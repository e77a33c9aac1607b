import { dropoutRatesBench } from '../../dropout-rates/dropout-rates.bench.js';
import type { WidthPoint, WidthSummary } from '../../dropout-rates/rates-report.js';
import { type Figure, type SuiteEntry, sumOf } from '../entry.js';

const SOURCE = 'Gal, Hron & Kendall 2017 and lecture: in words, no figure';

export const dropoutRates: SuiteEntry = {
  name: 'dropout-rates',
  title: 'Learned dropout rates against width',
  bench: dropoutRatesBench,
  options: (data) => {
    const common = {
      csv: data('tabular-classification/optdigits.tra.gz'),
      'label-column': '64',
      'no-header': 'true',
    };
    return {
      short: { ...common, widths: '8,32,128,512', steps: '1500', seeds: '1' },
      long: { ...common, steps: '4000' },
    };
  },
  protocol: {
    short: 'digits of 8 x 8, 1,000 training rows, one seed, 1,500 steps',
    long: 'digits of 8 x 8, 1,000 training rows, three seeds, 4,000 steps',
  },
  hasTable: true,
  seconds: ({ points }) => sumOf(points as readonly WidthPoint[], 'seconds'),
  hasPicture: true,
  figures: ({ summaries }) => {
    const all = summaries as readonly WidthSummary[];
    const learned = all.filter(({ kind }) => kind === 'concrete-dropout');
    const rates = (summary: WidthSummary) => summary.rates.map(({ median }) => median);
    const shown = (summary: WidthSummary) =>
      `${rates(summary)
        .map((rate) => rate.toFixed(3))
        .join(', ')} (${summary.units} units)`;
    const [least, most] = [learned[0]!, learned.at(-1)!];
    const top = Math.max(...learned.flatMap(rates));
    return [
      {
        what: 'rates of the smallest network',
        ours: shown(least),
        published: { value: 'near 0', source: SOURCE },
      },
      {
        what: 'rates of the largest network',
        ours: shown(most),
        published: { value: 'towards .5', source: SOURCE },
        ...(top > 0.4
          ? {}
          : { remark: `They rise with width, to ${top.toFixed(2)} at most here.` }),
      },
      calibrationFigure(all, least.units, most.units),
    ];
  },
};

function calibrationFigure(all: readonly WidthSummary[], least: number, most: number): Figure {
  const ece = (kind: WidthSummary['kind'], units: number) =>
    all.find((one) => one.kind === kind && one.units === units)!.ece.median.toFixed(3);
  const kinds = ['concrete-dropout', 'mc-dropout', 'point'] as const;
  return {
    what: `calibration error from ${least} to ${most} units`,
    ours: kinds.map((kind) => `${kind} ${ece(kind, least)} to ${ece(kind, most)}`).join('; '),
    published: { value: 'more parameters, better uncertainty', source: 'lecture: in words' },
  };
}
