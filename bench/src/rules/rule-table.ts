import { type AgainstRandom, againstRandom } from '../curve/against-random.js';
import type { CurveRun } from '../curve/curve-state.js';

/** The runs of one data set, by the name of its curve. */
export type CurveSetRuns = { readonly name: string; readonly runs: readonly CurveRun[] };

/** One rule over all data sets that it was run on. */
export type RuleRow = {
  readonly rule: string;
  readonly bySet: Readonly<Record<string, AgainstRandom>>;
  /** Points of accuracy over the baseline, each set counting alike. */
  readonly meanGain: number;
  /** Null where a set has one seed. */
  readonly meanStandardError: number | null;
  readonly worstGain: number;
  /**
   * Sets on which it lies below the baseline by more than two standard errors; sets with one seed say
   * nothing.
   */
  readonly losesOn: readonly string[];
  /** Sets on which it lies above the baseline by more than two standard errors. */
  readonly winsOn: readonly string[];
};

const CLEAR = 2;

/** Rules that were run on every set, greatest mean gain first; then those that were not. */
export function ruleTable(sets: readonly CurveSetRuns[], baseline = 'random'): RuleRow[] {
  const compared = sets.map(({ name, runs }) => ({ name, rows: againstRandom(runs, baseline) }));
  const rules = [...new Set(compared.flatMap(({ rows }) => rows.map(({ rule }) => rule)))];
  const isWhole = ({ bySet }: RuleRow) => Number(Object.keys(bySet).length === sets.length);
  return rules
    .map((rule): RuleRow => {
      const bySet = Object.fromEntries(
        compared.flatMap(({ name, rows }) =>
          rows.filter((row) => row.rule === rule).map((row) => [name, row] as const),
        ),
      );
      const gains = Object.values(bySet).map(({ gain }) => gain);
      const clearly = (sign: number) =>
        Object.entries(bySet).flatMap(([name, { gain, standardError }]) =>
          standardError !== null && sign * gain > CLEAR * standardError ? [name] : [],
        );
      return {
        rule,
        bySet,
        meanGain: gains.reduce((sum, gain) => sum + gain, 0) / gains.length,
        meanStandardError: errorOfMean(Object.values(bySet)),
        worstGain: Math.min(...gains),
        losesOn: clearly(-1),
        winsOn: clearly(1),
      };
    })
    .sort((a, b) => isWhole(b) - isWhole(a) || b.meanGain - a.meanGain);
}

/** Sets are independent of each other. */
function errorOfMean(bySet: readonly AgainstRandom[]): number | null {
  let squares = 0;
  for (const { standardError } of bySet) {
    if (standardError === null) return null;
    squares += standardError ** 2;
  }
  return Math.sqrt(squares) / bySet.length;
}

/** The same in Markdown, in points of accuracy; clear losses in bold. */
export function ruleTableText(
  sets: readonly CurveSetRuns[],
  rows: readonly RuleRow[],
  baseline = 'random',
): string {
  const names = sets.map(({ name }) => name);
  const cell = ({ bySet, losesOn }: RuleRow, name: string): string => {
    const own = bySet[name];
    if (!own) return '';
    const text = `${signed(own.gain)}${spread(own.standardError)}`;
    return losesOn.includes(name) ? `**${text}**` : text;
  };
  return [
    `| rule | ${names.join(' | ')} | mean | worst | above / below ${baseline} |`,
    `|---|${names.map(() => '---|').join('')}---|---|---|`,
    ...rows.map(
      (row) =>
        `| ${row.rule} | ${names.map((name) => cell(row, name)).join(' | ')} | ${signed(row.meanGain)}${spread(row.meanStandardError)} | ${signed(row.worstGain)} | ${row.winsOn.length} / ${row.losesOn.length} |`,
    ),
  ].join('\n');
}

const spread = (error: number | null): string => (error === null ? '' : ` ± ${points(error)}`);
const points = (share: number): string => (100 * share).toFixed(1);
const signed = (share: number): string => `${share > 0 ? '+' : ''}${points(share)}`;
