import { type ParseArgsConfig, parseArgs } from 'node:util';
import { type Bench, type Options, UsageError } from './bench.js';
import { withDefaults } from './run-bench.js';

export type Invocation =
  | { readonly kind: 'list' }
  | { readonly kind: 'help'; readonly bench?: Bench }
  | {
      readonly kind: 'run';
      readonly bench: Bench;
      readonly options: Options;
      readonly out: string;
    };

/** From the words of a command line to what to do. @throws UsageError in one sentence */
export function parseInvocation(argv: readonly string[], benches: readonly Bench[]): Invocation {
  const [name, ...rest] = argv;
  if (name === '--list') return { kind: 'list' };
  if (name === undefined || name === '--help') return { kind: 'help' };
  const bench = benches.find((candidate) => candidate.name === name);
  if (!bench)
    throw new UsageError(
      `There is no bench "${name}"; choose one of ${benches.map((b) => b.name).join(', ')}.`,
    );
  const given = readOptions(bench, rest);
  if (given.help !== undefined) return { kind: 'help', bench };
  const { out, ...options } = given;
  return {
    kind: 'run',
    bench,
    options: withDefaults(bench, options),
    out: out ?? defaultOut(bench),
  };
}

const defaultOut = ({ name, out }: Bench): string => out ?? `bench/results/${name}.json`;

function readOptions(bench: Bench, args: string[]): Record<string, string> {
  const flags = Object.entries(bench.options).map(
    ([key, { flag }]) => [key, { type: flag ? 'boolean' : 'string' }] as const,
  );
  const options: ParseArgsConfig['options'] = {
    ...Object.fromEntries(flags),
    out: { type: 'string' },
    help: { type: 'boolean' },
  };
  try {
    const { values } = parseArgs({ args, options, allowPositionals: false });
    return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]));
  } catch (error) {
    throw new UsageError(`${bench.name}: ${sentenceOf(error)}; see --help.`);
  }
}

/** What parseArgs found wrong, without its advice on how to write file names. */
const sentenceOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('. ')[0] ?? '';

/** The help page of one bench, or of all. */
export function helpText(benches: readonly Bench[], bench?: Bench): string {
  if (!bench)
    return [
      'npm run bench -- <name> [options] --out FILE.json',
      'npm run bench -- --list',
      'npm run bench -- <name> --help',
      '',
      ...benches.map(({ name, summary }) => `  ${name.padEnd(14)} ${summary}`),
    ].join('\n');
  const lines = Object.entries(bench.options).map(([key, spec]) => {
    const shown = spec.default === undefined ? '' : ` (default ${spec.default})`;
    return `  --${key.padEnd(18)} ${spec.hint}${shown}`;
  });
  return [
    `${bench.name}: ${bench.summary}`,
    '',
    ...lines,
    `  --${'out'.padEnd(18)} result file (default ${defaultOut(bench)})`,
  ].join('\n');
}
