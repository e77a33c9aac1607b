import { type LabellingStatus, ModelSpec, Policies } from '@dubio/contracts';
import {
  columnsOf,
  type Database,
  lit,
  named,
  optionalTable,
  query,
  row,
  sql,
  table,
} from '@dubio/platform';
import { notSuperseded } from './annotation-row.js';
import { createOpenCounter } from './count-open.js';
import { createEarlierCounter } from './earlier-answers.js';
import { readHot } from './hot-query.js';
import { type LabellingProject, noProject } from './labelling-project.js';

const PACE_WINDOW = 50;

export type StatusReader = (
  database: Database,
  at: { projectId: string; userId: string; seesModel: boolean },
) => Promise<LabellingStatus>;

const p = table('project', 'p');
const q = table('queue_entry', 'q');
const r = optionalTable('round', 'r');
const a = table('annotation', 'a');
const recent = columnsOf('annotation', 'recent');

/* The queue in use, its round, what the person answered today, and the pace over the last answers. */
const FIGURES = named<{ projectId: string; userId: string }>()('labelling-figures', ($) => {
  const inUse = sql`${q.project_id} = ${p.id} AND ${q.generation} = ${p.generation}`;
  const given = sql`${a.project_id} = ${$.projectId} AND ${a.user_id} = ${$.userId}
    AND ${a.kind} = ${lit(a.kind, 'answer')} AND ${notSuperseded(a)}`;
  return query`SELECT ${row({
    generation: p.generation,
    labelCount: p.label_count,
    labelsAtRound: p.labels_at_round,
    policies: p.policies,
    size: sql<number>`coalesce((SELECT ${q.rank} FROM ${q}
      WHERE ${inUse} ORDER BY ${q.rank} DESC LIMIT 1), 0)`,
    diverse: sql<boolean>`coalesce((SELECT ${q.score} IS NOT NULL FROM ${q}
      WHERE ${inUse} ORDER BY ${q.rank} LIMIT 1), false)`,
    readyAt: r.ready_at,
    spec: r.model_spec,
    // The first moment of today.
    today: sql<string>`date_trunc('day', now())::text`,
    givenToday: sql<number>`(SELECT count(*)::int FROM ${a}
      WHERE ${given} AND ${a.created_at} >= date_trunc('day', now()))`,
    medianMs: sql<number | null>`(
      SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY ${recent.duration_ms})::int
      FROM (SELECT ${a.duration_ms} FROM ${a} WHERE ${given}
            ORDER BY ${a.created_at} DESC LIMIT ${sql.lit(PACE_WINDOW)}) AS recent)`,
  })}
  FROM ${p} LEFT JOIN ${r} ON ${r.project_id} = ${p.id} AND ${r.number} = ${p.generation}
  WHERE ${p.id} = ${$.projectId}`;
});

/** Labels still to come before the next round starts by itself; null when that trigger is off. */
export function labelsUntilRound(
  project: Pick<LabellingProject, 'policies' | 'labelCount' | 'labelsAtRound'>,
): number | null {
  const every = project.policies.retrainAfterLabels;
  if (every === null) return null;
  return Math.max(0, every - (project.labelCount - project.labelsAtRound));
}

/**
 * A reader of the figures beside the item: progress, age of the queue, labels until the next round.
 */
export function createStatusReader(): StatusReader {
  const countOpen = createOpenCounter();
  const countEarlier = createEarlierCounter();
  return async (database, at) => {
    const [figures] = await readHot(database, FIGURES, at);
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
