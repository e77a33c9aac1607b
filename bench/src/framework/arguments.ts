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

function readOptions(bench: Bench, words: readonly string[]): Record<string, string> {
  const given: Record<string, string> = {};
  for (let i = 0; i < words.length; i++) {
    const [, key, inline] = /^--([a-z0-9-]+)(?:=(.*))?$/s.exec(words[i]!) ?? [];
    const known = key === 'out' || key === 'help' || (key && Object.hasOwn(bench.options, key));
    if (!key || !known)
      throw new UsageError(`${bench.name} does not know "${words[i]}"; see --help.`);
    if (key === 'help' || bench.options[key]?.flag) {
      given[key] = inline ?? 'true';
      continue;
    }
    const value = inline ?? words[++i];
    if (value === undefined) throw new UsageError(`--${key} needs a value.`);
    given[key] = value;
  }
  return given;
}

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
