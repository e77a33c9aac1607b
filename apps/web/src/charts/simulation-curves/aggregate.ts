import type { AcquisitionRule, Replay } from '@dubio/contracts';

/** Replays of one rule at one number of labels, over seeds. */
export type AggregatePoint = {
  readonly labels: number;
  readonly median: number;
  /** Quartiles; null with fewer than three seeds, where they would say nothing. */
  readonly low: number | null;
  readonly high: number | null;
  readonly seeds: number;
};

/** Labels needed; Infinity is "not reached by the end", never the end itself. */
export type Needed = {
  readonly median: number;
  readonly low: number | null;
  readonly high: number | null;
};

export type RuleSummary = {
  readonly rule: AcquisitionRule;
  readonly points: readonly (AggregatePoint | null)[];
  readonly seeds: number;
  readonly done: number;
  readonly failed: number;
  readonly open: number;
  readonly scoringSeconds: number | null;
};

/**
 * Quantile by linear interpolation (type 7); beyond a value that was not reached it is not reached.
 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const low = sorted[Math.floor(place)] ?? Number.NaN;
  const high = sorted[Math.ceil(place)] ?? Number.NaN;
  if (!Number.isFinite(high)) {
    return place === Math.floor(place) ? low : high;
  }
  return low + (high - low) * (place - Math.floor(place));
}

const counts = (replay: Replay) => replay.state === 'done' || replay.state === 'running';

/**
 * Median and quartiles over the seeds of each rule. Failed and cancelled replays are left out; a
 * number of labels that fewer than half of the seeds under way have reached is a gap.
 */
export function summariseRules(replays: readonly Replay[]): RuleSummary[] {
  const rules = [...new Set(replays.map((replay) => replay.rule))];
  const grid = [
    ...new Set(replays.flatMap((replay) => replay.points.map((point) => point.labels))),
  ].sort((a, b) => a - b);
  return rules.map((rule) => {
    const all = replays.filter((replay) => replay.rule === rule);
    const used = all.filter((replay) => counts(replay) && replay.points.length > 0);
    const scoring = all.flatMap((replay) =>
      replay.scoringSeconds === null ? [] : [replay.scoringSeconds],
    );
    return {
      rule,
      points: grid.map((labels) => pointAt(used, labels)),
      seeds: all.length,
      done: all.filter((replay) => replay.state === 'done').length,
      failed: all.filter((replay) => replay.state === 'failed').length,
      open: all.filter((replay) => replay.state === 'waiting' || replay.state === 'running').length,
      scoringSeconds: scoring.length === 0 ? null : quantile(scoring, 0.5),
    };
  });
}

function pointAt(replays: readonly Replay[], labels: number): AggregatePoint | null {
  const values = replays.flatMap((replay) => {
    const point = replay.points.find((one) => one.labels === labels);
    return point === undefined ? [] : [point.metric];
  });
  if (values.length === 0 || values.length * 2 < replays.length) {
    return null;
  }
  const quartiles = values.length >= 3;
  return {
    labels,
    median: quantile(values, 0.5),
    low: quartiles ? quantile(values, 0.25) : null,
    high: quartiles ? quantile(values, 0.75) : null,
    seeds: values.length,
  };
}

export type Goal = { readonly metricName: 'accuracy' | 'rmse'; readonly target: number };
const reaches = (goal: Goal, metric: number) =>
  goal.metricName === 'accuracy' ? metric >= goal.target : metric <= goal.target;

/** Labels at which one replay first reaches the target, straight between its points. */
export function labelsToReach(replay: Replay, goal: Goal): number {
  let before: Replay['points'][number] | undefined;
  for (const point of replay.points) {
    if (reaches(goal, point.metric)) {
      if (before === undefined || before.metric === point.metric) {
        return point.labels;
      }
      const share = (goal.target - before.metric) / (point.metric - before.metric);
      return Math.round(before.labels + share * (point.labels - before.labels));
    }
    before = point;
  }
  return Number.POSITIVE_INFINITY;
}

/**
 * Median and quartiles of the labels needed, over finished replays; null when none has finished.
 */
export function labelsNeeded(
  replays: readonly Replay[],
  rule: AcquisitionRule,
  goal: Goal,
): Needed | null {
  const values = replays
    .filter((replay) => replay.rule === rule && replay.state === 'done')
    .map((replay) => labelsToReach(replay, goal));
  if (values.length === 0) {
    return null;
  }
  const round = (value: number) => (Number.isFinite(value) ? Math.round(value) : value);
  return {
    median: round(quantile(values, 0.5)),
    low: values.length < 3 ? null : round(quantile(values, 0.25)),
    high: values.length < 3 ? null : round(quantile(values, 0.75)),
  };
}

/** "130", or "over 300" for what was not reached by the last label. */
export const writeNeeded = (labels: number, end: number): string =>
  Number.isFinite(labels)
    ? Math.round(labels).toLocaleString('en-US')
    : `over ${end.toLocaleString('en-US')}`;

/**
 * Targets worth comparing at: the highest whole percent that random reaches by the end (so that the
 * comparison has a number on both sides), and an easier one below it.
 */
export function chooseTargets(
  summaries: readonly RuleSummary[],
  metricName: Goal['metricName'],
): number[] {
  const finals = summaries.flatMap((summary) => {
    const last = summary.points.filter((point) => point !== null).at(-1);
    return last === undefined ? [] : [{ rule: summary.rule, value: last.median }];
  });
  const anchor = finals.find((final) => final.rule === 'random') ?? finals[0];
  if (anchor === undefined) {
    return [];
  }
  if (metricName === 'rmse') {
    const target = Number((anchor.value * 1.02).toPrecision(2));
    return [Number((target * 1.25).toPrecision(2)), target];
  }
  const high = Math.floor(anchor.value * 100 + 1e-9);
  const low = high > 90 ? 90 : high > 80 ? 80 : high - 10;
  return (low > 0 && low < high ? [low, high] : [high])
    .filter((value) => value > 0)
    .map((value) => value / 100);
}
