/** One option of a bench, as typed on the command line. */
export type OptionSpec = {
  readonly hint: string;
  readonly default?: string;
  readonly flag?: true;
};

export type Options = Readonly<Record<string, string | undefined>>;

export type BenchContext = {
  readonly options: Options;
  /** Where the result goes; a bench that resumes reads it first. */
  readonly out: string;
  readonly log: (line: string) => void;
};

/** What every result carries beside the numbers of its bench. */
export type BenchResult = {
  readonly [field: string]: unknown;
  /** The last line of a bench that can fail, and whether what it measured held. */
  readonly conclusion?: { readonly line: string; readonly held: boolean };
};

/** A reproducible experiment that `npm run bench -- <name>` runs. */
export type Bench = {
  readonly name: string;
  readonly summary: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** Where the result goes when no --out is given; default bench/results/<name>.json. */
  readonly out?: string;
  run(context: BenchContext): Promise<BenchResult>;
};

/** A mistake of the person at the keyboard: shown as one sentence, without a stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export function requireOption(options: Options, name: string): string {
  const value = options[name];
  if (value === undefined) throw new UsageError(`--${name} is needed; see --help.`);
  return value;
}

export function numberOption(options: Options, name: string, least = 0): number {
  const text = requireOption(options, name);
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < least)
    throw new UsageError(`--${name} must be a number of at least ${least}, got "${text}".`);
  return value;
}

export function countOption(options: Options, name: string, least = 1): number {
  const value = numberOption(options, name, least);
  if (!Number.isInteger(value))
    throw new UsageError(`--${name} must be a whole number, got "${value}".`);
  return value;
}

export function listOption(options: Options, name: string): string[] {
  return requireOption(options, name)
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
