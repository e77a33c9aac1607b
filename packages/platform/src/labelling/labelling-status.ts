import { type LabellingStatus, ModelSpec } from '@dubio/contracts';
import type { Queryable } from '../database/queryable.js';
import { getLabellingProject, type LabellingProject } from './labelling-project.js';

/** Up to here the open entries are counted each time; a longer queue is counted now and then. */
const COUNT_ALWAYS = 5000;
const COUNT_EVERY_MS = 5000;
const PACE_WINDOW = 50;

export type StatusReader = (
  queryable: Queryable,
  at: { projectId: string; userId: string; seesModel: boolean },
) => Promise<LabellingStatus>;

type QueueFigures = {
  size: number;
  diverse: boolean;
  readyAt: Date | null;
  spec: unknown;
};

type PersonFigures = { today: number; inAll: number; medianMs: number | null };

async function readQueue(queryable: Queryable, project: LabellingProject): Promise<QueueFigures> {
  const { rows } = await queryable.query<QueueFigures>(
    `SELECT coalesce((SELECT max(rank) FROM queue_entry
         WHERE project_id = $1 AND generation = $2), 0) AS size,
       coalesce((SELECT score IS NOT NULL FROM queue_entry
         WHERE project_id = $1 AND generation = $2 ORDER BY rank LIMIT 1), false) AS diverse,
       (SELECT ready_at FROM round WHERE project_id = $1 AND number = $2) AS "readyAt",
       (SELECT model_spec FROM round WHERE project_id = $1 AND number = $2) AS spec`,
    [project.id, project.generation],
  );
  return rows[0] ?? { size: 0, diverse: false, readyAt: null, spec: null };
}

async function countOpen(queryable: Queryable, project: LabellingProject): Promise<number> {
  const { rows } = await queryable.query<{ open: number }>(
    `SELECT count(*)::int AS open FROM queue_entry
     WHERE project_id = $1 AND generation = $2 AND open_slots > 0`,
    [project.id, project.generation],
  );
  return rows[0]?.open ?? 0;
}

/** Answers and skips of a person that stand; the pace is the median of the last ones. */
async function readPerson(
  queryable: Queryable,
  at: { projectId: string; userId: string },
): Promise<PersonFigures> {
  const { rows } = await queryable.query<PersonFigures>(
    `WITH mine AS MATERIALIZED (
       SELECT a.created_at, a.duration_ms, a.kind FROM annotation a
       WHERE a.project_id = $1 AND a.user_id = $2 AND a.kind = 'answer'
         AND NOT EXISTS (SELECT 1 FROM annotation s WHERE s.supersedes_id = a.id))
     SELECT (count(*) FILTER (WHERE created_at >= date_trunc('day', now())))::int AS today,
       count(*)::int AS "inAll",
       (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY duration_ms)::int
        FROM (SELECT duration_ms FROM mine ORDER BY created_at DESC LIMIT $3) AS recent)
         AS "medianMs"
     FROM mine`,
    [at.projectId, at.userId, PACE_WINDOW],
  );
  return rows[0] ?? { today: 0, inAll: 0, medianMs: null };
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
    const project = await getLabellingProject(queryable, at.projectId);
    const queue = await readQueue(queryable, project);
    const person = await readPerson(queryable, at);
    const coldStart = project.generation === 0;
    return {
      generation: project.generation,
      roundNumber: coldStart ? null : project.generation,
      roundReadyAt: queue.readyAt?.toISOString() ?? null,
      coldStart: coldStart ? (queue.diverse ? 'diverse' : 'random') : null,
      queueSize: queue.size,
      queueLeft: await openEntries(queryable, project, queue.size),
      samples: queue.spec ? ModelSpec.parse(queue.spec).samples : null,
      labelsUntilRound: labelsUntilRound(project),
      retrainAfterLabels: project.policies.retrainAfterLabels,
      mineToday: person.today,
      mineInAll: person.inAll,
      projectLabels: project.labelCount,
      medianMs: person.medianMs,
      showModel: at.seesModel || project.policies.showModelToAnnotators,
    };
  };
}
