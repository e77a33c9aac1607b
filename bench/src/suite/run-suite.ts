import { UsageError } from '../framework/bench.js';
import { findJson, writeJson } from '../framework/files.js';
import { runBench, type StoredResult, withDefaults } from '../framework/run-bench.js';
import type { SuiteEntry, Version } from './entry.js';

export type SuiteRun = {
  readonly version: Version;
  /** Folder that results lie in, one file an entry. */
  readonly folder: string;
  readonly data: (path: string) => string;
  readonly log: (line: string) => void;
};

/** What has become of an entry: its result, why there is none, or nothing yet. */
export type Outcome =
  | { readonly kind: 'done'; readonly result: StoredResult }
  | { readonly kind: 'left-out'; readonly reason: string }
  | { readonly kind: 'not-run' };

type Progress = Readonly<Record<string, { readonly options: unknown; readonly seconds: number }>>;

/**
 * Runs every entry that is not done yet, each resumable in itself; a part that cannot run does not
 * hold up the rest.
 */
export async function runSuite(
  entries: readonly SuiteEntry[],
  run: SuiteRun,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  for (const entry of entries) {
    run.log(`== ${entry.name} (${run.version}: ${entry.protocol[run.version]})`);
    outcomes.set(entry.name, await runEntry(entry, run));
  }
  return outcomes;
}

/** What is there of earlier runs. */
export function findOutcomes(entries: readonly SuiteEntry[], run: SuiteRun): Map<string, Outcome> {
  return new Map(
    entries.map((entry): [string, Outcome] => {
      const result = findJson(resultFile(entry, run)) as StoredResult | undefined;
      return [entry.name, result ? { kind: 'done', result } : { kind: 'not-run' }];
    }),
  );
}

const resultFile = ({ name }: SuiteEntry, { folder }: SuiteRun): string => `${folder}/${name}.json`;

async function runEntry(entry: SuiteEntry, run: SuiteRun): Promise<Outcome> {
  const { bench } = entry;
  const options = withDefaults(bench, entry.options(run.data)[run.version]);
  const out = resultFile(entry, run);
  const done = progressOf(run)[entry.name];
  const known = findJson(out) as StoredResult | undefined;
  if (known && done && JSON.stringify(done.options) === JSON.stringify(shownOptions(entry, run)))
    return { kind: 'done', result: known };
  try {
    const result = await runBench({ bench, options, out, log: run.log });
    const next = { options: shownOptions(entry, run), seconds: result.seconds };
    writeJson(stateFile(run), { ...progressOf(run), [entry.name]: next });
    return { kind: 'done', result };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    run.log(`${entry.name} could not be run: ${reason}`);
    if (!(error instanceof UsageError)) run.log(error instanceof Error ? (error.stack ?? '') : '');
    return { kind: 'left-out', reason };
  }
}

/** Independent of where the data lie on this machine. */
const shownOptions = (entry: SuiteEntry, { version }: SuiteRun): unknown =>
  entry.options((path) => path)[version];

const stateFile = ({ folder }: SuiteRun): string => `${folder}/suite.state.json`;

const progressOf = (run: SuiteRun): Progress =>
  (findJson(stateFile(run)) as Progress | undefined) ?? {};
