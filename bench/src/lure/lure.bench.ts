import { createOnnxEngine, stream, subset } from '@dubio/bayes-core';
import { readImages, standardise, takeRows } from '../data/dataset.js';
import {
  type Bench,
  countOption,
  listOption,
  numberOption,
  type Options,
  requireOption,
  UsageError,
} from '../framework/bench.js';
import { withoutFolders } from '../framework/environment.js';
import { findJson, writeJson } from '../framework/files.js';
import type { Digits } from './digits.js';
import { type LineRow, linePart } from './line-part.js';
import { lureTables } from './lure-tables.js';
import { type NetRow, netPart } from './net-part.js';
import { type RiskRow, riskPart } from './risk-part.js';
import { type TestingRow, testingPart } from './testing-part.js';

/** When do LURE weights help: for an estimate, for training, for testing? */
export const lureBench: Bench = {
  name: 'lure',
  summary: 'what LURE weights are worth for risk estimates, training and testing',
  options: {
    'train-images': { hint: 'IDX images the pool is drawn from, gzip-compressed or not' },
    'train-labels': { hint: 'their labels' },
    'test-images': { hint: 'IDX images to test on' },
    'test-labels': { hint: 'their labels' },
    pool: { hint: 'images of the pool', default: '4000' },
    test: { hint: 'test images', default: '4000' },
    units: { hint: 'of the hidden layer', default: '128' },
    epochs: { hint: 'of each training', default: '40' },
    samples: { hint: 'posterior samples', default: '30' },
    draws: { hint: 'repeated draws of each estimate', default: '1000' },
    sizes: { hint: 'labels of an estimate, by comma', default: '20,50,100,200' },
    rules: {
      hint: 'rule:beta, by comma',
      default: 'power-bald:1,power-bald:2,power-bald:8,softrank-bald:1,power-entropy:1',
    },
    'line-sizes': { hint: 'labels of the line', default: '30,100,300' },
    'line-seeds': { hint: 'lines', default: '20' },
    'net-rules': { hint: 'rule:beta of active learning', default: 'power-bald:1,power-bald:8' },
    'net-sizes': { hint: 'labels at which both nets are trained', default: '60,110,160,210' },
    seeds: { hint: 'nets', default: '5' },
    threads: { hint: 'native threads', default: '1' },
  },
  async run({ options, out, log }) {
    const engine = createOnnxEngine({ threads: countOption(options, 'threads') });
    const parts = new FinishedParts(out, options);
    const net = {
      units: countOption(options, 'units'),
      epochs: countOption(options, 'epochs'),
      samples: countOption(options, 'samples'),
    };
    const [draws, sizes] = [countOption(options, 'draws'), counts(options, 'sizes')];
    const once = async <Row>(name: string, run: () => Promise<Row[]>): Promise<Row[]> => {
      const known = parts.find<Row>(name);
      if (known) return known;
      const rows = await run();
      parts.save(name, rows);
      log(`${name}: ${JSON.stringify(rows.at(-1))}`);
      return rows;
    };
    const line: LineRow[] = [];
    for (let seed = 0; seed < countOption(options, 'line-seeds'); seed++)
      line.push(
        ...(await once(`line/${seed}`, () =>
          linePart(engine, seed, counts(options, 'line-sizes')),
        )),
      );
    const [risk, nets, testing]: [RiskRow[], Record<string, NetRow[]>, TestingRow[]] = [[], {}, []];
    const images = readDigits(options);
    for (let seed = 0; seed < countOption(options, 'seeds'); seed++) {
      const digits = images(seed);
      const common = { ...net, draws, sizes };
      risk.push(
        ...(await once(`risk/${seed}`, () =>
          riskPart(engine, digits, seed, {
            ...common,
            firstLabels: 100,
            rules: rules(options, 'rules'),
          }),
        )),
      );
      testing.push(
        ...(await once(`testing/${seed}`, () =>
          testingPart(engine, digits, seed, { ...common, trainLabels: 200, members: 5 }),
        )),
      );
      for (const [rule, beta] of rules(options, 'net-rules')) {
        const name = `${rule}, beta ${beta}`;
        const active = { ...net, rule, beta, firstLabels: 20, batch: 10 };
        const rows = await once(`net/${rule}:${beta}/${seed}`, () =>
          netPart(engine, digits, seed, { ...active, sizes: counts(options, 'net-sizes') }),
        );
        nets[name] = [...(nets[name] ?? []), ...rows];
      }
    }
    const table = lureTables({ risk, line, nets, testing });
    log(table);
    return { risk, line, nets, testing, table };
  },
};

/**
 * What was run so far, on disk after every part: the same command goes on from it, also with more
 * seeds.
 */
class FinishedParts {
  private readonly file: string;
  private readonly settings: Options;
  private readonly parts: Record<string, unknown[]>;

  constructor(out: string, { seeds: _, 'line-seeds': __, threads: ___, ...settings }: Options) {
    this.file = `${out.replace(/\.json$/, '')}.state.json`;
    this.settings = Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [name, value && withoutFolders(value)]),
    );
    const stored = findJson(this.file) as
      | { settings: Options; parts: Record<string, unknown[]> }
      | undefined;
    if (stored && JSON.stringify(stored.settings) !== JSON.stringify(this.settings))
      throw new UsageError(
        `${this.file} belongs to a run with other settings. Repeat its settings to go on, or choose another --out.`,
      );
    this.parts = stored?.parts ?? {};
  }

  find<Row>(name: string): Row[] | undefined {
    return this.parts[name] as Row[] | undefined;
  }

  save(name: string, rows: unknown[]): void {
    this.parts[name] = rows;
    writeJson(this.file, { settings: this.settings, parts: this.parts });
  }
}

function readDigits(options: Options): (seed: number) => Digits {
  const read = (name: string) =>
    readImages(requireOption(options, `${name}-images`), requireOption(options, `${name}-labels`));
  const raw = read('train');
  const [train, test] = [standardise(raw), standardise(read('test'), raw)];
  return (seed) => {
    const source = stream(seed).split('levelled digits');
    const part = (name: string, from: typeof train) =>
      takeRows(from, subset(source.split(name), from.features.rows, countOption(options, name)));
    return { pool: part('pool', train), test: part('test', test) };
  };
}

function counts(options: Options, name: string): number[] {
  return listOption(options, name).map((text) => countOption({ [name]: text }, name));
}

function rules(options: Options, name: string): [string, number][] {
  return listOption(options, name).map((text) => {
    const [rule, beta] = text.split(':');
    return [rule!, numberOption({ [name]: beta }, name)];
  });
}
