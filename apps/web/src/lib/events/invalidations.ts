import type { ProjectEvent } from '@dubio/contracts';

/** Parts of a project that a screen may hold: the third word of their query keys. */
export type ProjectPart =
  | 'detail'
  | 'status'
  | 'rounds'
  | 'queue'
  | 'uncertainty'
  | 'labels'
  | 'annotations'
  | 'models'
  | 'imports'
  | 'items'
  | 'simulations'
  | 'schedules';

const STALE: Record<ProjectEvent['type'], readonly ProjectPart[]> = {
  'round.changed': ['detail', 'rounds', 'status'],
  // Comes several times per second: who shows it listens, nobody fetches.
  'round.progress': [],
  'queue.published': ['detail', 'queue', 'status', 'uncertainty', 'rounds'],
  'labels.changed': ['detail', 'status', 'labels', 'annotations'],
  'model.ready': ['detail', 'models'],
  'import.changed': ['detail', 'imports', 'items'],
  'simulation.changed': ['simulations'],
  'project.changed': ['detail', 'status', 'schedules'],
};

/** What an event makes stale. */
export function staleParts(event: ProjectEvent): readonly ProjectPart[] {
  return STALE[event.type];
}
