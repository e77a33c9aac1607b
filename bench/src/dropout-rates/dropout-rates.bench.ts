import { createOnnxEngine } from '@dubio/bayes-core';
import { readTable } from '../data/csv.js';
import { type Dataset, firstItems, splitTest } from '../data/dataset.js';
import {
  type Bench,
  countOption,
  listOption,
  numberOption,
  type Options,
  requireOption,
  UsageError,
} from '../framework/bench.js';
import { writeWhole } from '../framework/files.js';
import { ResultState } from '../framework/result-state.js';
import { fitWidth, KINDS, type WidthResult, type WidthSettings } from './fit-width.js';
import { ratesPicture, ratesTable, type WidthPoint, widthSummaries } from './rates-report.js';

/**
 * The lecture's tricks of the trade as measurements: learned rates and calibration against width,
 * at equal data.
 */
export const dropoutRatesBench: Bench = {
  name: 'dropout-rates',
  summary: 'learned dropout rates and calibration against the width of a network, at equal data',
  options: {
    csv: { hint: 'a table' },
    'label-column': { hint: 'its label column, by name or number' },
    'no-header': { hint: 'the table begins with its first row', flag: true },
    rows: { hint: 'rows to train on; the rest is for testing', default: '1000' },
    widths: {
      hint: 'units of both hidden layers, by comma',
      default: '8,16,32,64,128,256,512,1024',
    },
    steps: { hint: 'of the optimiser, without early stopping', default: '3000' },
    batch: { hint: 'rows per step', default: '64' },
    'learning-rate': { hint: 'of Adam', default: '0.002' },
    'initial-rate': { hint: 'where learned rates begin', default: '0.1' },
    'fixed-rate': { hint: 'of the network whose rates are not learned', default: '0.5' },
    'length-scale': { hint: 'prior length scale l of concrete dropout', default: '0.01' },
    samples: { hint: 'posterior samples', default: '100' },
    seeds: { hint: 'networks of each kind and width', default: '3' },
    threads: { hint: 'native threads', default: '1' },
  },
  async run({ options, out, log }) {
    const settings = settingsOf(options);
    const { train, test } = readData(options);
    const sizes = { trainRows: train.features.rows, testRows: test.features.rows };
    const state = new ResultState<WidthResult>(out, { ...settings, ...sizes });
    const engine = createOnnxEngine({ threads: countOption(options, 'threads') });
    const points: WidthPoint[] = [];
    for (let seed = 0; seed < countOption(options, 'seeds'); seed++) {
      for (const units of widthsOf(options)) {
        for (const kind of KINDS) {
          const result = await state.resume(`${kind} ${units} ${seed}`, () =>
            fitWidth({ engine, settings, train, test, kind, units, seed }),
          );
          points.push({ kind, units, seed, ...result });
          log(
            `${kind}, ${units} units, seed ${seed}: rates ${result.rates.map((rate) => rate.toFixed(3)).join(', ')}, error ${(100 * result.error).toFixed(1)} %, NLL ${result.nllNats.toFixed(3)}, ECE ${result.ece.toFixed(3)}, ${result.seconds} s`,
          );
        }
      }
    }
    const summaries = widthSummaries(points);
    const table = ratesTable(summaries);
    log(table);
    const title = `Two hidden layers, ${sizes.trainRows} training rows, median and middle half of the seeds`;
    writeWhole(`${out.replace(/\.json$/, '')}.svg`, ratesPicture(summaries, title));
    return { settings, ...sizes, summaries, table, points };
  },
};

function settingsOf(options: Options): WidthSettings {
  return {
    steps: countOption(options, 'steps'),
    batch: countOption(options, 'batch'),
    learningRate: numberOption(options, 'learning-rate'),
    initialRate: numberOption(options, 'initial-rate'),
    fixedRate: numberOption(options, 'fixed-rate'),
    lengthScale: numberOption(options, 'length-scale'),
    samples: countOption(options, 'samples'),
  };
}

function widthsOf(options: Options): number[] {
  return listOption(options, 'widths').map((text) => {
    const units = Number(text);
    if (!Number.isInteger(units) || units < 1)
      throw new UsageError(`--widths must be whole numbers above 0, got "${text}".`);
    return units;
  });
}

function readData(options: Options): { train: Dataset; test: Dataset } {
  const table = readTable(requireOption(options, 'csv'), requireOption(options, 'label-column'), {
    hasHeader: options['no-header'] === undefined,
  });
  const rows = countOption(options, 'rows');
  const { pool, test } = splitTest(table, 1 - rows / table.features.rows);
  return { train: firstItems(pool, rows), test };
}
