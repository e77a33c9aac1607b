import { EVENT_CHANNEL, type Queryable, type Transaction } from '@dubio/platform';
import { agreeOn } from './consensus.js';
import { runHot } from './hot-query.js';
import type { ItemContext, StandingAnnotation } from './item-context.js';
import type { LabellingProject } from './labelling-project.js';
import { requestRound } from './rounds/request-round.js';

export type ProjectCounts = { labelCount: number; labelsAtRound: number; roundNumber: number };

/** Answers of one project that may be on their way to the database at a moment, from all processes. */
const LABELS_IN_FLIGHT = 40;

/** The news of it, and the counts. */
const TOLD = `told AS (
     INSERT INTO outbox_event (project_id, data)
     SELECT $2, jsonb_build_object('type', 'labels.changed', 'labels', label_count) FROM counted)
   SELECT label_count AS "labelCount", labels_at_round AS "labelsAtRound",
     round_number AS "roundNumber", pg_notify('${EVENT_CHANNEL}', $2::text) FROM counted`;

/*
 * The project's row first, until the commit: label times and round cut-offs are ordered by its lock.
 * All answers of a project pass through it one by one, so nothing but the commit comes behind it.
 * How the item was drawn is copied from its place in the queue that the first answer came from: looked for by the item alone,
 * the two places it may have, since an index that begins with the generation reads all of it. A correction keeps the draw.
 * The label's time lies after the cut-off of the last round, to the millisecond.
 */
const WRITE = {
  name: 'write-label',
  text: `WITH counted AS (
     UPDATE project SET label_count = label_count + $7, last_label_at = now() WHERE id = $2
     RETURNING label_count, labels_at_round, round_number),
   written AS (
     INSERT INTO label (item_id, project_id, answer, confidence, annotations, origin, source, updated_at,
       draw_chance, drawn_among, draw_generation)
     SELECT $1, $2, $3::jsonb, $4, $5, $6::"Origin", 'annotation', greatest(clock_timestamp(), (
       SELECT r.labels_up_to + interval '1 ms' FROM round r
       WHERE r.project_id = $2 ORDER BY r.number DESC LIMIT 1)),
       drawn.draw_chance, drawn.drawn_among, drawn.draw_generation
     FROM counted LEFT JOIN LATERAL (
       SELECT q.draw_chance, q.drawn_among,
         CASE WHEN q.draw_chance IS NOT NULL THEN q.generation END AS draw_generation
       FROM queue_entry q
       WHERE q.item_id = $1 AND q.generation + 0 = $8 OFFSET 0) drawn ON true
     ON CONFLICT (item_id) DO UPDATE SET answer = excluded.answer,
       confidence = excluded.confidence, annotations = excluded.annotations,
       origin = excluded.origin, updated_at = excluded.updated_at,
       draw_chance = coalesce(label.draw_chance, excluded.draw_chance),
       drawn_among = coalesce(label.drawn_among, excluded.drawn_among),
       draw_generation = coalesce(label.draw_generation, excluded.draw_generation)),
   changed AS (
     UPDATE item SET state = 'labelled', is_control = ($6::text = 'control') WHERE id = $1),
   ${TOLD}`,
};

const REMOVE = {
  name: 'remove-label',
  text: `WITH counted AS (
     UPDATE project SET label_count = label_count - 1 WHERE id = $2
     RETURNING label_count, labels_at_round, round_number),
   gone AS (DELETE FROM label WHERE item_id = $1),
   changed AS (UPDATE item SET state = 'pool', is_control = false WHERE id = $1),
   ${TOLD}`,
};

function writeLabel(
  tx: Transaction,
  project: LabellingProject,
  item: ItemContext,
  counted: readonly StandingAnnotation[],
): Promise<ProjectCounts[]> {
  const answers = counted.flatMap((given) => (given.answer === null ? [] : [given.answer]));
  const { answer, confidence } = agreeOn(project.labelSchema, answers);
  return runHot<ProjectCounts>(tx, WRITE, [
    item.id,
    project.id,
    JSON.stringify(answer),
    confidence,
    counted.length,
    counted[0]?.origin ?? null,
    item.labelSource === null ? 1 : 0,
    counted[0]?.generation ?? null,
  ]);
}

/** Starts a round when enough labels came since the last one began. */
export async function requestRoundByLabels(
  tx: Queryable,
  project: Pick<LabellingProject, 'id' | 'policies'>,
  counts: ProjectCounts,
): Promise<void> {
  if (!isRoundDue(project, counts)) return;
  await requestRound(tx, {
    projectId: project.id,
    trigger: counts.roundNumber === 0 ? 'first-labels' : 'labels',
  });
}

export function isRoundDue(
  { policies }: Pick<LabellingProject, 'policies'>,
  counts: ProjectCounts,
): boolean {
  const every = policies.retrainAfterLabels;
  return every !== null && counts.labelCount - counts.labelsAtRound >= every;
}

/**
 * Whether one of the labels that are being written may be the one that starts a round: then the counts
 * are looked at before the commit, else the commit goes right behind the label.
 */
export function isRoundNear(project: LabellingProject): boolean {
  return isRoundDue(project, { ...project, labelCount: project.labelCount + LABELS_IN_FLIGHT });
}

/**
 * Brings the label of an item in line with the answers that stand: agreed once `overlap` people have
 * answered, gone when one of them takes the answer back. An imported label is left alone. Tells those
 * who watch. Sends one statement at once, or none; answers the counts of the project when the label
 * has changed, so that the caller can start a round when it is time.
 */
export async function settleLabel(
  tx: Transaction,
  project: LabellingProject,
  item: ItemContext,
  standing: readonly StandingAnnotation[],
): Promise<ProjectCounts | null> {
  if (item.labelSource === 'import' || item.split !== 'pool' || item.state === 'withdrawn') {
    return null;
  }
  const counted = standing.filter((a) => a.kind === 'answer' && !a.extra);
  const agreed = counted.length >= project.policies.overlap;
  const had = item.labelSource === 'annotation';
  if (!agreed && !had) return null;
  const [counts] = agreed
    ? await writeLabel(tx, project, item, counted)
    : await runHot<ProjectCounts>(tx, REMOVE, [item.id, project.id]);
  if (counts === undefined) throw new Error(`project ${project.id} vanished`);
  return counts;
}
