import type { CurveRun } from './curve-state.js';

/**
 * A rule against another one, random picking above all, on the same seeds: same pool, same first
 * labels, same test items.
 */
export type AgainstRandom = {
  readonly rule: string;
  readonly seeds: number;
  /** Labels up to which both were followed on every seed. */
  readonly labels: number;
  /** Mean test accuracy over the rounds behind the first, median over the seeds. */
  readonly meanAccuracy: number;
  /**
   * That of the other rule subtracted seed by seed: mean, and standard error where there are two seeds or
   * more.
   */
  readonly gain: number;
  readonly standardError: number | null;
  /** Seeds on which the rule was ahead. */
  readonly ahead: number;
};

/**
 * Every rule with a seed in common with the baseline, greatest gain first; empty without the
 * baseline.
 */
export function againstRandom(runs: readonly CurveRun[], baseline = 'random'): AgainstRandom[] {
  const rules = [...new Set(runs.map(({ rule }) => rule))].filter((rule) => rule !== baseline);
  return rules
    .flatMap((rule) => compare(runs, rule, baseline) ?? [])
    .sort((a, b) => b.gain - a.gain || a.rule.localeCompare(b.rule));
}

function compare(runs: readonly CurveRun[], rule: string, baseline: string): AgainstRandom | null {
  const pairs = runs
    .filter((run) => run.rule === rule)
    .flatMap((run) => {
      const other = runs.find(({ rule: of, seed }) => of === baseline && seed === run.seed);
      return other ? [{ run, other }] : [];
    });
  const labels = Math.min(...pairs.flatMap(({ run, other }) => [lastOf(run), lastOf(other)]));
  const scored = pairs.map(({ run, other }) => {
    const own = meanAccuracy(run, labels);
    return { own, gain: own - meanAccuracy(other, labels) };
  });
  const gains = scored.map(({ gain }) => gain);
  if (gains.length === 0 || gains.some(Number.isNaN)) return null;
  const n = gains.length;
  const gain = mean(gains);
  const squares = gains.reduce((sum, x) => sum + (x - gain) ** 2, 0);
  return {
    rule,
    seeds: n,
    labels,
    meanAccuracy: mean(scored.map(({ own }) => own)),
    gain,
    standardError: n > 1 ? Math.sqrt(squares / (n - 1) / n) : null,
    ahead: gains.filter((x) => x > 0).length,
  };
}

const lastOf = ({ points }: CurveRun): number => points.at(-1)?.labels ?? 0;

/** The first round is the same for every rule of a seed and left out. */
const meanAccuracy = ({ points }: CurveRun, labels: number): number =>
  mean(points.slice(1).flatMap((point) => (point.labels <= labels ? [point.accuracy] : [])));

const mean = (values: readonly number[]): number =>
  values.reduce((sum, x) => sum + x, 0) / values.length;

/** The same as a Markdown table, in points of accuracy. */
export function againstRandomTable(rows: readonly AgainstRandom[]): string {
  const lines = rows.map(
    ({ rule, seeds, meanAccuracy: own, gain, standardError, ahead }) =>
      `| ${rule} | ${(100 * own).toFixed(1)} | ${signed(100 * gain)}${standardError === null ? '' : ` ± ${(100 * standardError).toFixed(1)}`} | ${ahead} of ${seeds} |`,
  );
  return [
    '| rule | mean accuracy % | over random, points | ahead on |',
    '|---|---|---|---|',
    ...lines,
  ].join('\n');
}

const signed = (value: number): string => `${value > 0 ? '+' : ''}${value.toFixed(1)}`;
