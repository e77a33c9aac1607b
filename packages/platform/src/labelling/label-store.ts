import type { Queryable } from '../database/queryable.js';
import { publishEvent } from '../events/publish-event.js';
import { requestRound } from '../rounds/request-round.js';
import { agreeOn } from './consensus.js';
import type { ItemContext, StandingAnnotation } from './item-context.js';
import type { LabellingProject } from './labelling-project.js';

type ProjectCounts = { labelCount: number; labelsAtRound: number; roundNumber: number };

/** Takes the project's row until the commit: label times and round cut-offs are ordered by it. */
async function countLabels(
  tx: Queryable,
  projectId: string,
  delta: -1 | 0 | 1,
): Promise<ProjectCounts> {
  const { rows } = await tx.query<ProjectCounts>(
    `UPDATE project SET label_count = label_count + $2,
       last_label_at = CASE WHEN $2 < 0 THEN last_label_at ELSE now() END
     WHERE id = $1
     RETURNING label_count AS "labelCount", labels_at_round AS "labelsAtRound",
               round_number AS "roundNumber"`,
    [projectId, delta],
  );
  const counts = rows[0];
  if (counts === undefined) throw new Error(`project ${projectId} vanished`);
  return counts;
}

/** The label's time lies after the cut-off of the last round, to the millisecond. */
async function writeLabel(
  tx: Queryable,
  project: LabellingProject,
  item: ItemContext,
  counted: readonly StandingAnnotation[],
): Promise<void> {
  const answers = counted.flatMap((given) => (given.answer === null ? [] : [given.answer]));
  const { answer, confidence } = agreeOn(project.labelSchema, answers);
  const origin = counted[0]?.origin ?? null;
  await tx.query(
    `WITH at AS (
       SELECT greatest(clock_timestamp(), (
         SELECT r.labels_up_to + interval '1 ms' FROM round r
         WHERE r.project_id = $2 ORDER BY r.number DESC LIMIT 1)) AS moment),
     written AS (
       INSERT INTO label (item_id, project_id, answer, confidence, annotations, origin, source, updated_at)
       SELECT $1, $2, $3::jsonb, $4, $5, $6::"Origin", 'annotation', at.moment FROM at
       ON CONFLICT (item_id) DO UPDATE SET answer = excluded.answer,
         confidence = excluded.confidence, annotations = excluded.annotations,
         origin = excluded.origin, updated_at = excluded.updated_at)
     UPDATE item SET state = 'labelled', is_control = ($6 = 'control') WHERE id = $1`,
    [item.id, project.id, JSON.stringify(answer), confidence, counted.length, origin],
  );
}

async function removeLabel(tx: Queryable, item: ItemContext): Promise<void> {
  await tx.query(
    `WITH gone AS (DELETE FROM label WHERE item_id = $1)
     UPDATE item SET state = 'pool', is_control = false WHERE id = $1`,
    [item.id],
  );
}

/** Starts a round when enough labels came since the last one began. */
export async function requestRoundByLabels(
  tx: Queryable,
  project: Pick<LabellingProject, 'id' | 'policies'>,
  counts: ProjectCounts,
): Promise<void> {
  const every = project.policies.retrainAfterLabels;
  if (every === null || counts.labelCount - counts.labelsAtRound < every) return;
  await requestRound(tx, {
    projectId: project.id,
    trigger: counts.roundNumber === 0 ? 'first-labels' : 'labels',
  });
}

/**
 * Brings the label of an item in line with the answers that stand: agreed once `overlap` people have
 * answered, gone when one of them takes the answer back. An imported label is left alone. Tells those
 * who watch, and starts a round when it is time.
 */
export async function settleLabel(
  tx: Queryable,
  project: LabellingProject,
  item: ItemContext,
  standing: readonly StandingAnnotation[],
): Promise<void> {
  if (item.labelSource === 'import' || item.split !== 'pool' || item.state === 'withdrawn') return;
  const counted = standing.filter((a) => a.kind === 'answer' && !a.extra);
  const agreed = counted.length >= project.policies.overlap;
  const had = item.labelSource === 'annotation';
  if (!agreed && !had) return;
  const counts = await countLabels(tx, project.id, agreed === had ? 0 : agreed ? 1 : -1);
  if (agreed) await writeLabel(tx, project, item, counted);
  else await removeLabel(tx, item);
  await publishEvent(tx, project.id, { type: 'labels.changed', labels: counts.labelCount });
  if (agreed) await requestRoundByLabels(tx, project, counts);
}
