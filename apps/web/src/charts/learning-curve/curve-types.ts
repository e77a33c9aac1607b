import type { AxisTick, PlotArea } from '../axes';
export type CurveRound = {
  readonly round: number;
  readonly labels: number;
  /** null: the round has no value (it failed, or nothing is held out). */
  readonly metric: number | null;
  readonly low: number | null;
  readonly high: number | null;
};

export type CurveInput = {
  readonly metricName: 'accuracy' | 'rmse';
  readonly rounds: readonly CurveRound[];
  /** Median of replays that pick at random, when there is a simulation. */
  readonly baseline: {
    readonly points: readonly { labels: number; metric: number }[];
    readonly seeds: number;
  } | null;
  readonly target: number | null;
  readonly running: { readonly round: number; readonly labels: number } | null;
  /** What the band is, for example "95 % interval on 1,797 held-out items". */
  readonly bandSays: string | null;
};

export type Anchor = 'start' | 'middle' | 'end';

export type LearningCurve = {
  readonly height: number;
  readonly plot: PlotArea;
  readonly xTicks: readonly AxisTick[];
  readonly yTicks: readonly AxisTick[];
  readonly band: string;
  readonly line: string;
  readonly baseline: string;
  readonly points: readonly {
    readonly x: number;
    readonly y: number;
    readonly round: number;
    readonly text: string;
  }[];
  readonly last: {
    readonly x: number;
    readonly y: number;
    readonly text: string;
    readonly anchor: Anchor;
  } | null;
  readonly name: { readonly x: number; readonly y: number } | null;
  readonly bandLabel: {
    readonly x: number;
    readonly y: number;
    readonly lines: readonly string[];
    readonly lead: string;
  } | null;
  readonly baselineLabel: {
    readonly x: number;
    readonly y: number;
    readonly lines: readonly string[];
  } | null;
  readonly target: {
    readonly y: number;
    readonly text: string;
    readonly x: number;
    readonly textY: number;
  } | null;
  readonly pending: {
    readonly x: number;
    readonly text: string;
    readonly anchor: Anchor;
    readonly textX: number;
  } | null;
  readonly finding: string;
};

/** Writes a metric: on an axis, beside a point, in a few letters. */
export type Writer = {
  tick(v: number): string;
  value(v: number): string;
  short(v: number): string;
};
