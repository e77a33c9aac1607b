import { median, quantile } from '../framework/statistics.js';
import type { CurveRun } from './curve-state.js';

export const TARGETS = [0.8, 0.9, 0.95] as const;

/**
 * Labels at which a rule first reached an accuracy, over its seeds; infinite where it never did.
 */
export type LabelsNeeded = {
  readonly rule: string;
  readonly target: number;
  readonly seeds: number;
  /** Labels up to which every seed of the rule was followed. */
  readonly followedTo: number;
  readonly perSeed: readonly number[];
  readonly quartiles: readonly [number, number, number];
};

export type MedianCurve = {
  readonly rule: string;
  readonly points: readonly { labels: number; low: number; median: number; high: number }[];
};

/** First number of labels whose model reached the target, as the published logs count it. */
export function labelsNeeded(runs: readonly CurveRun[]): LabelsNeeded[] {
  return rulesOf(runs).flatMap((rule) =>
    TARGETS.map((target) => {
      const ofRule = runs.filter((run) => run.rule === rule);
      const perSeed = ofRule.map(
        ({ points }) =>
          points.find(({ accuracy }) => accuracy >= target)?.labels ?? Number.POSITIVE_INFINITY,
      );
      return {
        rule,
        target,
        seeds: perSeed.length,
        followedTo: Math.min(...ofRule.map(({ points }) => points.at(-1)?.labels ?? 0)),
        perSeed,
        quartiles: [quantile(perSeed, 0.25), median(perSeed), quantile(perSeed, 0.75)] as const,
      };
    }),
  );
}

/** Median accuracy with the middle half of the seeds, where all seeds of the rule have a point. */
export function medianCurves(runs: readonly CurveRun[]): MedianCurve[] {
  return rulesOf(runs).map((rule) => {
    const ofRule = runs.filter((run) => run.rule === rule);
    const labels = ofRule[0]?.points.map((point) => point.labels) ?? [];
    const points = labels.flatMap((count) => {
      const values = ofRule.flatMap(({ points: own }) =>
        own.filter((point) => point.labels === count).map((point) => point.accuracy),
      );
      if (values.length < ofRule.length) return [];
      return [
        {
          labels: count,
          low: quantile(values, 0.25),
          median: median(values),
          high: quantile(values, 0.75),
        },
      ];
    });
    return { rule, points };
  });
}

/**
 * The table that is printed and reported: quartiles over the seeds, `>300` for not within the 300
 * labels it was followed.
 */
export function labelsTable(rows: readonly LabelsNeeded[]): string {
  const show = (value: number, most: number) =>
    Number.isFinite(value) ? `${Math.round(value)}` : `>${most}`;
  const lines = rulesOf(rows).map((rule) => {
    const cells = TARGETS.map((target) => {
      const row = rows.find((r) => r.rule === rule && r.target === target);
      return row ? row.quartiles.map((value) => show(value, row.followedTo)).join('/') : '';
    });
    const seeds = rows.find((r) => r.rule === rule)?.seeds ?? 0;
    return `| ${rule} | ${seeds} | ${cells.join(' | ')} |`;
  });
  return ['| rule | seeds | 80 % | 90 % | 95 % |', '|---|---|---|---|---|', ...lines].join('\n');
}

const rulesOf = (rows: readonly { rule: string }[]): string[] => [
  ...new Set(rows.map(({ rule }) => rule)),
];
