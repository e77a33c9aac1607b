import type { Bench, BenchResult, Options } from './bench.js';
import { describeEnvironment, type Environment, withoutFolders } from './environment.js';
import { writeJson } from './files.js';

/** What a result file holds beside the numbers of its bench. */
export type StoredResult = BenchResult & {
  readonly bench: string;
  readonly environment: Environment;
  readonly options: Readonly<Record<string, string>>;
  /** Of this call, by the clock; a bench that went on from a stop has spent more. */
  readonly seconds: number;
};

export type BenchCall = {
  readonly bench: Bench;
  readonly options: Options;
  readonly out: string;
  readonly log: (line: string) => void;
};

/** Runs one bench and writes its result, with the machine and the command, to `out`. */
export async function runBench({ bench, options, out, log }: BenchCall): Promise<StoredResult> {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const environment = describeEnvironment(wordsOf({ bench, options, out }));
  const start = performance.now();
  const result = await bench.run({ options, out, log });
  const stored: StoredResult = {
    bench: bench.name,
    environment,
    options: Object.fromEntries(given.map(([key, value]) => [key, withoutFolders(value!)])),
    seconds: Math.round((performance.now() - start) / 100) / 10,
    ...result,
  };
  writeJson(out, stored);
  return stored;
}

/** What stands in for the options that were not given. */
export function withDefaults(bench: Bench, given: Options): Options {
  const defaults = Object.entries(bench.options).map(([key, spec]) => [key, spec.default]);
  return { ...Object.fromEntries(defaults), ...given };
}

/** The command line of a call: options that differ from their defaults. */
function wordsOf({ bench, options, out }: Omit<BenchCall, 'log'>): string[] {
  const words = Object.entries(options).flatMap(([key, value]) => {
    const spec = bench.options[key];
    if (value === undefined || value === spec?.default) return [];
    return spec?.flag ? [`--${key}`] : [`--${key}`, value];
  });
  return [bench.name, ...words, '--out', out];
}
