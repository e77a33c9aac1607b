import { dirname, join, relative } from 'node:path';
import {
  type Bench,
  listOption,
  type Options,
  requireOption,
  UsageError,
} from '../framework/bench.js';
import { writeWhole } from '../framework/files.js';
import { entries } from './entries.js';
import type { SuiteEntry } from './entry.js';
import { findOutcomes, runSuite, type SuiteRun } from './run-suite.js';
import { suiteReport } from './suite-report.js';

/**
 * Every bench of the science in one go, resumable, with a report beside the published figures.
 * @see docs/decisions/0140
 */
export const suiteBench: Bench = {
  name: 'suite',
  summary: 'all benches with published figures, one after another, and the report of them',
  out: 'bench/report/suite.json',
  options: {
    data: { hint: 'folder with the data sets' },
    long: { hint: 'the published protocols, which may take days', flag: true },
    only: { hint: 'these parts, by comma', default: entries.map(({ name }) => name).join(',') },
    'report-only': { hint: 'run nothing, write the report of what is there', flag: true },
  },
  async run({ options, out, log }) {
    const version = options.long === undefined ? 'short' : 'long';
    const chosen = chosenEntries(options);
    const report = dirname(out);
    const folder = version === 'long' ? report : join(report, version);
    const run: SuiteRun = {
      version,
      folder,
      data: (path) => join(requireOption(options, 'data'), path),
      log,
    };
    const start = performance.now();
    const ran = options['report-only'] === undefined ? await runSuite(chosen, run) : [];
    const outcomes = new Map([...findOutcomes(entries, run), ...ran]);
    const file = join(report, `suite-${version}.md`);
    writeWhole(file, suiteReport(entries, outcomes, { version, folder: relative(report, folder) }));
    log(`Report: ${file}`);
    return {
      version,
      suiteSeconds: Math.round((performance.now() - start) / 1000),
      parts: Object.fromEntries([...outcomes].map(([name, { kind }]) => [name, kind])),
    };
  },
};

function chosenEntries(options: Options): readonly SuiteEntry[] {
  return listOption(options, 'only').map((name) => {
    const entry = entries.find((known) => known.name === name);
    if (entry) return entry;
    throw new UsageError(
      `--only does not know "${name}"; choose from ${entries.map((known) => known.name).join(', ')}.`,
    );
  });
}
