import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CurveRun } from '../curve/curve-state.js';
import {
  type Bench,
  countOption,
  listOption,
  requireOption,
  UsageError,
} from '../framework/bench.js';
import { findJson } from '../framework/files.js';
import { type CurveSetRuns, ruleTable, ruleTableText } from './rule-table.js';

const STATE = /^curve-(.+)\.state\.json$/;

/**
 * All rules against random over all data sets whose curves lie in one folder: what the default rule
 * is chosen by.
 */
export const rulesBench: Bench = {
  name: 'rules',
  summary: 'acquisition rules against random over all curves that were run',
  options: {
    curves: { hint: 'folder of curve-NAME.state.json files', default: 'bench/report' },
    sets: { hint: 'names of curves, by comma; all without it', default: '' },
    labels: { hint: 'of each curve count at most so many', default: '120' },
    against: { hint: 'the rule that the others are compared with', default: 'random' },
  },
  async run({ options, log }) {
    const folder = requireOption(options, 'curves');
    const labels = countOption(options, 'labels');
    const wanted = listOption(options, 'sets');
    const found = readdirSync(folder)
      .map((file) => STATE.exec(file)?.[1])
      .filter((name) => name !== undefined)
      .filter((name) => wanted.length === 0 || wanted.includes(name))
      .sort();
    const missing = wanted.filter((name) => !found.includes(name));
    if (missing.length > 0 || found.length === 0)
      throw new UsageError(
        `${folder} has no curve-NAME.state.json ${missing.length > 0 ? `of ${missing.join(', ')}` : ''}: run \`npm run bench -- curve\` first.`,
      );
    const sets = found.map((name) => ({ name, runs: runsUpTo(folder, name, labels) }));
    const baseline = requireOption(options, 'against');
    const rows = ruleTable(sets, baseline);
    const table = ruleTableText(sets, rows, baseline);
    log(table);
    return { sets: sets.map(({ name }) => name), labels, baseline, rows, table };
  },
};

/** Runs that came as far as asked for; one that is under way says nothing yet. */
function runsUpTo(folder: string, name: string, labels: number): CurveSetRuns['runs'] {
  const { runs } = findJson(join(folder, `curve-${name}.state.json`)) as { runs: CurveRun[] };
  return runs
    .filter(({ points }) => (points.at(-1)?.labels ?? 0) >= labels)
    .map((run) => ({ ...run, points: run.points.filter((point) => point.labels < labels + 10) }));
}
