import type { LabelField, ProjectSummary } from '@dubio/contracts';
import { formatCount, plural } from '@/lib/format';

const KINDS: Record<ProjectSummary['itemKind'], string> = {
  image: 'images',
  text: 'text',
  table: 'rows of a table',
  vector: 'rows of numbers',
};

function fieldWords(field: LabelField): string {
  if (field.kind === 'number') return 'a number';
  const { length } = field.choices;
  return field.kind === 'choice'
    ? plural(length, 'class', 'classes')
    : `any of ${plural(length, 'choice')}`;
}

export const strings = {
  title: 'Projects',
  newProject: 'New project',
  find: 'Find',
  findLabel: 'Find a project',
  findPlaceholder: 'Name of a project',
  findNone: 'No project has this in its name.',
  columns: {
    project: 'Project',
    items: 'Items',
    labels: 'Labels',
    state: 'State',
    curve: 'Learning curve',
    uncertainty: 'Uncertainty left',
    epistemic: 'epistemic,',
    aleatoric: 'aleatoric, nats',
    nats: 'nats',
    last: 'Last label',
  },
  never: 'never',
  noRound: 'no round yet',
  asks: (project: ProjectSummary) => {
    const asked = project.labelSchema.fields.map(fieldWords);
    return [KINDS[project.itemKind], ...asked].join(', ');
  },
  state: {
    empty: 'no items',
    importing: 'importing',
    running: (round: number | null) => `round ${round ?? ''} running`.replace('  ', ' '),
    failed: 'round failed',
    met: 'stop rule met',
    ready: 'ready',
    waiting: (labels: number | null) =>
      labels === null ? 'waiting for labels' : `waiting for ${plural(labels, 'label')}`,
  },
  empty: {
    title: 'No project yet',
    detail:
      'Bring a table, a folder of images or a text file. Dubio finds the items whose answers teach the model most, and asks for those first.',
  },
  nothingShared: {
    title: 'No project yet',
    detail: 'Nobody has made a project here so far. Ask an engineer of your workspace.',
  },
  workspace: 'Workspace',
  curveName: (points: readonly { labels: number }[], last: string) =>
    `${formatCount(points.length)} rounds, ${last} now`,
} as const;
