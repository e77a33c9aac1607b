import { type LabellingStatus, ModelSpec } from '@dubio/contracts';
import type { Queryable } from '../database/queryable.js';
import {
  type LabellingProject,
  noProject,
  PROJECT_COLUMNS,
  type ProjectRow,
  toLabellingProject,
} from './labelling-project.js';

/** Up to here the open entries are counted each time; a longer queue is counted now and then. */
const COUNT_ALWAYS = 5000;
const COUNT_EVERY_MS = 5000;
const PACE_WINDOW = 50;

export type StatusReader = (
  queryable: Queryable,
  at: { projectId: string; userId: string; seesModel: boolean },
) => Promise<LabellingStatus>;

type Figures = ProjectRow & {
  size: number;
  diverse: boolean;
  readyAt: Date | null;
  spec: unknown;
  today: number;
  inAll: number;
  medianMs: number | null;
};

/*
 * The queue in use, its round, and the answers of the person that stand; the pace is the median of
 * the last ones.
 */
const FIGURES = `
  WITH mine AS MATERIALIZED (
    SELECT a.created_at, a.duration_ms FROM annotation a
    WHERE a.project_id = $1 AND a.user_id = $2 AND a.kind = 'answer'
      AND NOT EXISTS (SELECT 1 FROM annotation s WHERE s.supersedes_id = a.id))
  SELECT ${PROJECT_COLUMNS},
    coalesce((SELECT q.rank FROM queue_entry q
      WHERE q.project_id = p.id AND q.generation = p.generation ORDER BY q.rank DESC LIMIT 1), 0)
      AS size,
    coalesce((SELECT q.score IS NOT NULL FROM queue_entry q
      WHERE q.project_id = p.id AND q.generation = p.generation ORDER BY q.rank LIMIT 1), false)
      AS diverse,
    r.ready_at AS "readyAt", r.model_spec AS spec,
    (SELECT count(*)::int FROM mine WHERE created_at >= date_trunc('day', now())) AS today,
    (SELECT count(*)::int FROM mine) AS "inAll",
    (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY duration_ms)::int
     FROM (SELECT duration_ms FROM mine ORDER BY created_at DESC LIMIT ${PACE_WINDOW}) AS recent)
      AS "medianMs"
  FROM project p LEFT JOIN round r ON r.project_id = p.id AND r.number = p.generation
  WHERE p.id = $1`;

async function countOpen(queryable: Queryable, project: LabellingProject): Promise<number> {
  const { rows } = await queryable.query<{ open: number }>(
    `SELECT count(*)::int AS open FROM queue_entry
     WHERE project_id = $1 AND generation = $2 AND open_slots > 0`,
    [project.id, project.generation],
  );
  return rows[0]?.open ?? 0;
}

/** Labels still to come before the next round starts by itself; null when that trigger is off. */
export function labelsUntilRound(
  project: Pick<LabellingProject, 'policies' | 'labelCount' | 'labelsAtRound'>,
): number | null {
  const every = project.policies.retrainAfterLabels;
  if (every === null) return null;
  return Math.max(0, every - (project.labelCount - project.labelsAtRound));
}

/** A reader of the figures beside the item: progress, age of the queue, labels until the next round. */
export function createStatusReader(): StatusReader {
  const counted = new Map<string, { open: number; atMs: number }>();

  async function openEntries(
    queryable: Queryable,
    project: LabellingProject,
    size: number,
  ): Promise<number> {
    if (size <= COUNT_ALWAYS) return countOpen(queryable, project);
    const key = `${project.id}:${project.generation}`;
    const known = counted.get(key);
    if (known !== undefined && Date.now() - known.atMs < COUNT_EVERY_MS) return known.open;
    const open = await countOpen(queryable, project);
    if (counted.size > 1000) counted.clear();
    counted.set(key, { open, atMs: Date.now() });
    return open;
  }

  return async (queryable, at) => {
    const { rows } = await queryable.query<Figures>(FIGURES, [at.projectId, at.userId]);
    const figures = rows[0];
    if (figures === undefined) throw noProject(at.projectId);
    const project = toLabellingProject(figures);
    const coldStart = project.generation === 0;
    return {
      generation: project.generation,
      roundNumber: coldStart ? null : project.generation,
      roundReadyAt: figures.readyAt?.toISOString() ?? null,
      coldStart: coldStart ? (figures.diverse ? 'diverse' : 'random') : null,
      queueSize: figures.size,
      queueLeft: await openEntries(queryable, project, figures.size),
      samples: figures.spec ? ModelSpec.parse(figures.spec).samples : null,
      labelsUntilRound: labelsUntilRound(project),
      retrainAfterLabels: project.policies.retrainAfterLabels,
      mineToday: figures.today,
      mineInAll: figures.inAll,
      projectLabels: project.labelCount,
      medianMs: figures.medianMs,
      showModel: at.seesModel || project.policies.showModelToAnnotators,
    };
  };
}
