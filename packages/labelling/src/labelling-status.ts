import { type LabellingStatus, ModelSpec, Policies } from '@dubio/contracts';
import type { Database } from '@dubio/platform';
import { NOT_SUPERSEDED } from './annotation-row.js';
import { createOpenCounter } from './count-open.js';
import { createEarlierCounter } from './earlier-answers.js';
import { readHot } from './hot-query.js';
import { type LabellingProject, noProject, type ProjectRow } from './labelling-project.js';

const PACE_WINDOW = 50;

export type StatusReader = (
  database: Database,
  at: { projectId: string; userId: string; seesModel: boolean },
) => Promise<LabellingStatus>;

type Figures = Pick<ProjectRow, 'generation' | 'labelCount' | 'labelsAtRound' | 'policies'> & {
  size: number;
  diverse: boolean;
  readyAt: Date | null;
  spec: unknown;
  /** The first moment of today. */
  today: string;
  givenToday: number;
  medianMs: number | null;
};

/* The queue in use, its round, what the person answered today, and the pace over the last answers. */
const FIGURES = {
  name: 'labelling-figures',
  text: `SELECT p.generation, p.label_count AS "labelCount", p.labels_at_round AS "labelsAtRound", p.policies,
    coalesce((SELECT q.rank FROM queue_entry q
      WHERE q.project_id = p.id AND q.generation = p.generation ORDER BY q.rank DESC LIMIT 1), 0)
      AS size,
    coalesce((SELECT q.score IS NOT NULL FROM queue_entry q
      WHERE q.project_id = p.id AND q.generation = p.generation ORDER BY q.rank LIMIT 1), false)
      AS diverse,
    r.ready_at AS "readyAt", r.model_spec AS spec,
    date_trunc('day', now())::text AS today,
    (SELECT count(*)::int FROM annotation a
     WHERE a.project_id = $1 AND a.user_id = $2 AND a.kind = 'answer'
       AND a.created_at >= date_trunc('day', now()) AND ${NOT_SUPERSEDED}) AS "givenToday",
    (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY duration_ms)::int
     FROM (SELECT a.duration_ms FROM annotation a
           WHERE a.project_id = $1 AND a.user_id = $2 AND a.kind = 'answer' AND ${NOT_SUPERSEDED}
           ORDER BY a.created_at DESC LIMIT ${PACE_WINDOW}) AS recent)
      AS "medianMs"
  FROM project p LEFT JOIN round r ON r.project_id = p.id AND r.number = p.generation
  WHERE p.id = $1`,
};

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
  const countOpen = createOpenCounter();
  const countEarlier = createEarlierCounter();
  return async (database, at) => {
    const [figures] = await readHot<Figures>(database, FIGURES, [at.projectId, at.userId]);
    if (figures === undefined) throw noProject(at.projectId);
    const project = { ...figures, id: at.projectId, policies: Policies.parse(figures.policies) };
    const coldStart = project.generation === 0;
    const [queueLeft, earlier] = await Promise.all([
      countOpen(database, project),
      countEarlier(database, { ...at, today: figures.today }),
    ]);
    return {
      generation: project.generation,
      roundNumber: coldStart ? null : project.generation,
      roundReadyAt: figures.readyAt?.toISOString() ?? null,
      coldStart: coldStart ? (figures.diverse ? 'diverse' : 'random') : null,
      queueSize: figures.size,
      queueLeft,
      samples: figures.spec ? ModelSpec.parse(figures.spec).samples : null,
      labelsUntilRound: labelsUntilRound(project),
      retrainAfterLabels: project.policies.retrainAfterLabels,
      mineToday: figures.givenToday,
      mineInAll: earlier + figures.givenToday,
      projectLabels: project.labelCount,
      medianMs: figures.medianMs,
      showModel: at.seesModel || project.policies.showModelToAnnotators,
    };
  };
}
