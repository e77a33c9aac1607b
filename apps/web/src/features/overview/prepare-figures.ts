import type { AcquisitionRule, Project, Round, Simulation } from '@dubio/contracts';
import { chooseTargets, labelsNeeded, summariseRules } from '@/charts/simulation-curves/aggregate';
import { formatCount, formatNumber, formatPercent, plural } from '@/lib/format';
import { heldOutWords, intervalWords, uncertaintyUnit } from '../rounds/prepare-rounds';
import { strings } from './strings';

export type Figure = {
  readonly key: 'metric' | 'labels' | 'epistemic' | 'aleatoric' | 'saved';
  readonly name: string;
  /** null is written as "no value". */
  readonly value: string | null;
  readonly unit: string;
  /** What the figure is: its interval, its base, where it comes from. */
  readonly note: string;
};

/** Labels saved against random at the comparison target of the last replay with both rules. */
export type Saved = {
  readonly labels: number;
  readonly target: number;
  readonly metricName: Simulation['metricName'];
  readonly rule: AcquisitionRule;
};

export function savedAgainstRandom(
  simulations: readonly Simulation[],
  inUse: AcquisitionRule,
): Saved | null {
  for (const simulation of simulations) {
    const { replays, metricName } = simulation;
    const target = chooseTargets(summariseRules(replays), metricName).at(-1);
    if (target === undefined || inUse === 'random') {
      continue;
    }
    const goal = { metricName, target };
    const mine = labelsNeeded(replays, inUse, goal)?.median;
    const random = labelsNeeded(replays, 'random', goal)?.median;
    if (
      mine !== undefined &&
      random !== undefined &&
      Number.isFinite(mine) &&
      Number.isFinite(random)
    ) {
      return { labels: Math.round(random - mine), target, metricName, rule: inUse };
    }
  }
  return null;
}

/** The five figures the verdict rests on; what is not known is left open and says why. */
export function prepareFigures(input: {
  readonly project: Project;
  /** Rounds with a queue, newest first. */
  readonly finished: readonly Round[];
  readonly saved: Saved | null;
}): Figure[] {
  const { project, finished, saved } = input;
  const newest = finished[0];
  const oldest = finished.at(-1);
  return [
    metricFigure(project, newest),
    {
      key: 'labels',
      name: strings.figures.labels,
      value: formatCount(project.labelCount),
      unit: '',
      note: `of ${formatCount(project.itemCount)}; ${plural(project.annotators, 'annotator')}`,
    },
    epistemicFigure(project, newest, oldest),
    {
      key: 'aleatoric',
      name: strings.figures.aleatoric,
      value:
        newest?.metrics?.aleatoricMean == null ? null : formatNumber(newest.metrics.aleatoricMean),
      unit: uncertaintyUnit(project.labelSchema),
      note:
        newest?.metrics?.aleatoricMean == null
          ? 'known after round 1'
          : 'pool mean; it is in the data',
    },
    savedFigure(saved),
  ];
}

function metricFigure(project: Project, newest: Round | undefined): Figure {
  const accuracy = project.metricName === 'accuracy';
  const name = accuracy ? strings.figures.accuracy : strings.figures.rmse;
  const metrics = newest?.metrics;
  if (newest === undefined || metrics?.metric == null) {
    const note = newest === undefined ? 'known after round 1' : 'nothing is held out';
    return { key: 'metric', name, value: null, unit: '', note };
  }
  const interval = intervalWords(metrics);
  const source = metrics.heldOutSource === 'control' ? `, ${heldOutWords(metrics)}` : '';
  return {
    key: 'metric',
    name: `${name}, round ${newest.number}`,
    value: accuracy ? formatNumber(metrics.metric * 100, 1) : formatNumber(metrics.metric),
    unit: accuracy ? '%' : '',
    note: `${interval ?? heldOutWords(metrics)}${interval === null ? '' : source}`,
  };
}

function epistemicFigure(
  project: Project,
  newest: Round | undefined,
  oldest: Round | undefined,
): Figure {
  const now = newest?.metrics?.epistemicMean ?? null;
  const first = oldest?.metrics?.epistemicMean ?? null;
  const since =
    first === null || oldest === undefined || oldest.number === newest?.number
      ? ''
      : `; ${formatNumber(first)} in round ${oldest.number}`;
  return {
    key: 'epistemic',
    name: strings.figures.epistemic,
    value: now === null ? null : formatNumber(now),
    unit: uncertaintyUnit(project.labelSchema),
    note: now === null ? 'known after round 1' : `pool mean${since}`,
  };
}

function savedFigure(saved: Saved | null): Figure {
  const base = { key: 'saved' as const, name: strings.figures.saved };
  if (saved === null) {
    return { ...base, value: null, unit: '', note: 'known after a replay' };
  }
  const target =
    saved.metricName === 'accuracy'
      ? formatPercent(saved.target, 0)
      : `an error of ${formatNumber(saved.target)}`;
  return {
    ...base,
    value: formatNumber(saved.labels, 0),
    unit: Math.abs(saved.labels) === 1 ? 'label' : 'labels',
    note: `to reach ${target}, by replay`,
  };
}
