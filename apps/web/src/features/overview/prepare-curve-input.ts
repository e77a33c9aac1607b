import type { Project, Round, Simulation } from '@dubio/contracts';
import type { CurveInput } from '@/charts/learning-curve/curve-types';
import { summariseRules } from '@/charts/simulation-curves/aggregate';
import { heldOutWords } from '../rounds/prepare-rounds';
import { isFinishedState, isRunningState } from '../rounds/round-states';

/**
 * What the learning curve draws: finished rounds, failed ones as gaps, random where it was
 * replayed.
 */
export function prepareCurveInput(input: {
  readonly project: Project;
  readonly rounds: readonly Round[];
  readonly simulations: readonly Simulation[];
}): CurveInput {
  const { project, rounds } = input;
  const running = rounds.find((round) => isRunningState(round.state));
  const known = rounds.filter((round) => isFinishedState(round.state) || round.state === 'failed');
  const newest = known.find((round) => round.metrics?.metric != null);
  return {
    metricName: project.metricName,
    rounds: known.map((round) => ({
      round: round.number,
      labels: round.metrics?.labels ?? labelsBefore(known, round.number),
      metric: isFinishedState(round.state) ? (round.metrics?.metric ?? null) : null,
      low: round.metrics?.metricLow ?? null,
      high: round.metrics?.metricHigh ?? null,
    })),
    baseline: randomBaseline(input.simulations, project.metricName),
    target: project.policies.stop.targetMetric,
    running:
      running === undefined
        ? null
        : { round: running.number, labels: running.metrics?.labels ?? project.labelCount },
    bandSays:
      newest?.metrics == null || newest.metrics.metricLow === null
        ? null
        : `95 % interval on ${heldOutWords(newest.metrics)}`,
  };
}

/** A round that failed before it counted its labels stands just after the round before it. */
function labelsBefore(rounds: readonly Round[], number: number): number {
  const before = rounds.filter((round) => round.number < number && round.metrics !== null);
  return Math.max(0, ...before.map((round) => round.metrics?.labels ?? 0)) + 0.5;
}

/** Median over seeds of the newest replay that has picked at random. */
function randomBaseline(
  simulations: readonly Simulation[],
  metricName: Project['metricName'],
): CurveInput['baseline'] {
  for (const simulation of simulations) {
    const random = summariseRules(simulation.replays).find((summary) => summary.rule === 'random');
    const points = random?.points.flatMap((point) =>
      point === null ? [] : [{ labels: point.labels, metric: point.median }],
    );
    if (
      simulation.metricName === metricName &&
      random !== undefined &&
      points !== undefined &&
      points.length > 1
    ) {
      return { points, seeds: random.seeds - random.failed };
    }
  }
  return null;
}
