import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, UsageError } from '../framework/bench.js';
import { entries } from './entries.js';
import type { SuiteEntry } from './entry.js';
import { findOutcomes, runSuite } from './run-suite.js';
import { suiteReport } from './suite-report.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dubio-suite-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function counting(name: string, fails = false): { entry: SuiteEntry; calls: () => number } {
  let calls = 0;
  const bench: Bench = {
    name,
    summary: 'counts how often it is run',
    options: { size: { hint: 'a number', default: '1' }, file: { hint: 'a file' } },
    run: async ({ options }) => {
      calls += 1;
      if (fails) throw new UsageError('a.gz is missing.');
      return { size: Number(options.size), table: '| a |\n|---|' };
    },
  };
  const entry: SuiteEntry = {
    name,
    title: `Bench ${name}`,
    bench,
    options: (data) => ({ short: { file: data('a.gz') }, long: { size: '7' } }),
    protocol: { short: 'small', long: 'as published' },
    hasTable: true,
    figures: ({ size }) => [
      {
        what: 'size',
        ours: `${size}`,
        published: { value: '7', source: 'a paper' },
        remark: 'Smaller.',
      },
    ],
  };
  return { entry, calls: () => calls };
}

const runOf = (version: 'short' | 'long', data = '/data') => ({
  version,
  folder,
  data: (path: string) => join(data, path),
  log: () => {},
});

describe('the suite', () => {
  it('does not run again what is done, wherever the data lie, and runs what has other options', async () => {
    const { entry, calls } = counting('one');
    await runSuite([entry], runOf('short'));
    await runSuite([entry], runOf('short', '/elsewhere'));
    expect(calls()).toBe(1);
    await runSuite([entry], runOf('long'));
    expect(calls()).toBe(2);
  });

  it('goes on behind a part that cannot run, tries it again, and says why in the report', async () => {
    const [bad, good] = [counting('bad', true), counting('good')];
    const all = [bad.entry, good.entry];
    await runSuite(all, runOf('short'));
    const outcomes = await runSuite(all, runOf('short'));
    expect([bad.calls(), good.calls()]).toEqual([2, 1]);
    const report = suiteReport(all, outcomes, { version: 'short', folder: 'short' });
    expect(report).toContain('**Could not be run.** a.gz is missing.');
    expect(report).toContain('| size | 1 | 7 | a paper | Smaller. |');
    expect(report).toContain('[short/good.json](short/good.json)');
    expect(report).toContain('npm run bench -- good --file a.gz');
  });

  it('says which options of a result are not those of the version', async () => {
    const { entry } = counting('one');
    const outcomes = await runSuite([entry], runOf('short'));
    const report = (version: 'short' | 'long') =>
      suiteReport([entry], outcomes, { version, folder: '' });
    expect(report('short')).not.toContain('Not this protocol');
    expect(report('long')).toContain(
      '**Not this protocol in full:** size 1 in place of 7; file a.gz in place of none.',
    );
  });

  it('reports what is there without running it', async () => {
    const [one, two] = [counting('one'), counting('two')];
    await runSuite([one.entry], runOf('short'));
    const outcomes = findOutcomes([one.entry, two.entry], runOf('short'));
    expect([...outcomes.values()].map(({ kind }) => kind)).toEqual(['done', 'not-run']);
    const stored = JSON.parse(readFileSync(join(folder, 'one.json'), 'utf8'));
    expect(stored).toMatchObject({ bench: 'one', size: 1, options: { file: 'a.gz' } });
  });
});

describe('its entries', () => {
  it('have names of their own and options that their benches know', () => {
    expect(new Set(entries.map(({ name }) => name)).size).toBe(entries.length);
    for (const { bench, options } of entries)
      for (const version of Object.values(options((path) => path)))
        for (const key of Object.keys(version)) expect(Object.keys(bench.options)).toContain(key);
  });
});
