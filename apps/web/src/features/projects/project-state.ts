import type { ProjectSummary } from '@dubio/contracts';
import type { ChipTone } from '@/components/ui/chip';
import { strings } from './strings';

/** The state of a project as a chip: its tone and its words. */
export function describeProjectState(project: ProjectSummary): { tone: ChipTone; text: string } {
  switch (project.state) {
    case 'round-running':
      return { tone: 'running', text: strings.state.running(project.runningRound) };
    case 'round-failed':
      return { tone: 'bad', text: strings.state.failed };
    case 'stop-rule-met':
      return { tone: 'ok', text: strings.state.met };
    case 'importing':
      return { tone: 'running', text: strings.state.importing };
    case 'empty':
      return { tone: 'neutral', text: strings.state.empty };
    case 'ready':
      return { tone: 'ok', text: strings.state.ready };
    case 'waiting-for-labels':
      return { tone: 'neutral', text: strings.state.waiting(project.labelsUntilRound) };
  }
}

/**
 * How long a full bar of uncertainty is in a list: one scale for all projects with classes, a
 * little above the largest figure. Numbers have units of their own, so each of those projects is
 * its own scale.
 */
export function uncertaintyScale(
  projects: readonly ProjectSummary[],
  project: ProjectSummary,
): number {
  const own = [project.epistemicMean ?? 0, project.aleatoricMean ?? 0];
  if (project.metricName === 'rmse') return Math.max(...own) * 1.2;
  const classes = projects.filter((each) => each.metricName === 'accuracy');
  return Math.max(...classes.flatMap((e) => [e.epistemicMean ?? 0, e.aleatoricMean ?? 0])) * 1.2;
}
