import { UsageError } from './bench.js';
import { findJson, writeJson } from './files.js';

/**
 * Results by name, on disk as soon as each is there, beside the settings that made them: a stopped
 * bench goes on with what is missing. Settings that may grow (how many seeds, which sets) do not
 * belong in `settings`.
 */
export class ResultState<Result> {
  private readonly results = new Map<string, Result>();
  private readonly file: string;

  /** @throws UsageError when the file beside `out` was made with other settings */
  constructor(
    out: string,
    private readonly settings: Readonly<Record<string, unknown>>,
  ) {
    this.file = `${out.replace(/\.json$/, '')}.state.json`;
    const stored = findJson(this.file) as
      | { settings: unknown; results: Record<string, Result> }
      | undefined;
    if (!stored) return;
    if (JSON.stringify(stored.settings) !== JSON.stringify(settings))
      throw new UsageError(
        `${this.file} belongs to a run with other settings. Repeat its settings to go on, or choose another --out.`,
      );
    for (const [key, result] of Object.entries(stored.results)) this.results.set(key, result);
  }

  find(key: string): Result | undefined {
    return this.results.get(key);
  }

  /** The stored result, or that of `compute`, which is then stored. */
  async resume(key: string, compute: () => Promise<Result>): Promise<Result> {
    const known = this.find(key);
    if (known !== undefined) return known;
    const result = await compute();
    this.results.set(key, result);
    writeJson(this.file, { settings: this.settings, results: Object.fromEntries(this.results) });
    return result;
  }
}
