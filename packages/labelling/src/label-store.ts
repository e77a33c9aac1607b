import type { Origin } from '@dubio/contracts';
import {
  columnsOf,
  EVENT_CHANNEL,
  into,
  lit,
  named,
  optionalColumns,
  type Queryable,
  query,
  type RawBuilder,
  row,
  type ShapeOf,
  sql,
  type Transaction,
  table,
} from '@dubio/platform';
import { agreeOn } from './consensus.js';
import { runHot } from './hot-query.js';
import { type ItemContext, isSettledByAnswers, type StandingAnnotation } from './item-context.js';
import type { LabellingProject } from './labelling-project.js';
import { requestRound } from './rounds/request-round.js';

const project = table('project');
const label = columnsOf('label', 'label');
const set = table('label');
const item = table('item');
const event = into('outbox_event', 'project_id', 'data');
const r = table('round', 'r');
const q = table('queue_entry', 'q');
const drawn = optionalColumns('label', 'drawn');
const excluded = columnsOf('label', 'excluded');

/** What is read of a project after its labels have changed. */
export const COUNTS = row({
  labelCount: project.label_count,
  labelsAtRound: project.labels_at_round,
  roundNumber: project.round_number,
});

export type ProjectCounts = ShapeOf<typeof COUNTS>;

/**
 * Answers of one project that may be on their way to the database at a moment, from all processes.
 */
const LABELS_IN_FLIGHT = 40;

/** The news of it, to those who watch. */
const told = (projectId: RawBuilder<string>) => sql`told AS (
     INSERT INTO ${event}
     SELECT ${projectId},
       jsonb_build_object('type', 'labels.changed', 'labels', ${project.label_count}) FROM counted)`;
const notified = (projectId: RawBuilder<string>) =>
  sql`pg_notify(${sql.lit(EVENT_CHANNEL)}, ${projectId}::text)`;
const counted = sql`${project.label_count}, ${project.labels_at_round}, ${project.round_number}`;

type Written = {
  itemId: string;
  projectId: string;
  answer: string;
  confidence: number;
  annotations: number;
  origin: Origin | null;
  added: number;
  generation: number | null;
};

/*
 * The project's row first, until the commit: label times and round cut-offs are ordered by its lock.
 * All answers of a project pass through it one by one, so nothing but the commit comes behind it.
 * How the item was drawn is copied from its place in the queue that the first answer came from:
 * looked for by the item alone, the two places it may have, since an index that begins with the
 * generation reads all of it. A correction keeps the draw.
 * The label's time lies after the cut-off of the last round, to the millisecond.
 */
const WRITE = named<Written>()(
  'write-label',
  ($) => query`WITH counted AS (
     UPDATE ${project} SET ${project.label_count} = ${project.label_count} + ${$.added},
       ${project.last_label_at} = now() WHERE ${project.id} = ${$.projectId}
     RETURNING ${counted}),
   written AS (
     INSERT INTO ${into(
       'label',
       ...(['item_id', 'project_id', 'answer', 'confidence', 'annotations'] as const),
       ...(['origin', 'source', 'updated_at'] as const),
       ...(['draw_chance', 'drawn_among', 'draw_generation'] as const),
     )}
     SELECT ${$.itemId}, ${$.projectId}, ${$.answer}::jsonb, ${$.confidence}, ${$.annotations},
       ${$.origin}::"Origin", 'annotation', greatest(clock_timestamp(), (
       SELECT ${r.labels_up_to} + interval '1 ms' FROM ${r}
       WHERE ${r.project_id} = ${$.projectId} ORDER BY ${r.number} DESC LIMIT 1)),
       ${drawn.draw_chance}, ${drawn.drawn_among}, ${drawn.draw_generation}
     FROM counted LEFT JOIN LATERAL (
       SELECT ${q.draw_chance}, ${q.drawn_among},
         CASE WHEN ${q.draw_chance} IS NOT NULL THEN ${q.generation} END AS ${set.draw_generation}
       FROM ${q}
       WHERE ${q.item_id} = ${$.itemId} AND ${q.generation} + 0 = ${$.generation} OFFSET 0)
       drawn ON true
     ON CONFLICT (${set.item_id}) DO UPDATE SET ${set.answer} = ${excluded.answer},
       ${set.confidence} = ${excluded.confidence}, ${set.annotations} = ${excluded.annotations},
       ${set.origin} = ${excluded.origin}, ${set.updated_at} = ${excluded.updated_at},
       ${set.draw_chance} = coalesce(${label.draw_chance}, ${excluded.draw_chance}),
       ${set.drawn_among} = coalesce(${label.drawn_among}, ${excluded.drawn_among}),
       ${set.draw_generation} = coalesce(${label.draw_generation}, ${excluded.draw_generation})),
   changed AS (
     UPDATE ${item} SET ${item.state} = ${lit(item.state, 'labelled')}, ${item.is_control} = (${$.origin}::text = 'control')
     WHERE ${item.id} = ${$.itemId}),
   ${told($.projectId)}
   SELECT ${COUNTS}, ${notified($.projectId)} FROM counted`,
);

const REMOVE = named<{ itemId: string; projectId: string }>()(
  'remove-label',
  ($) => query`WITH counted AS (
     UPDATE ${project} SET ${project.label_count} = ${project.label_count} - 1
     WHERE ${project.id} = ${$.projectId}
     RETURNING ${counted}),
   gone AS (DELETE FROM ${set} WHERE ${set.item_id} = ${$.itemId}),
   changed AS (
     UPDATE ${item} SET ${item.state} = ${lit(item.state, 'pool')}, ${item.is_control} = false
     WHERE ${item.id} = ${$.itemId}),
   ${told($.projectId)}
   SELECT ${COUNTS}, ${notified($.projectId)} FROM counted`,
);

function writeLabel(
  tx: Transaction,
  of: LabellingProject,
  answered: ItemContext,
  given: readonly StandingAnnotation[],
): Promise<ProjectCounts[]> {
  const answers = given.flatMap(({ answer }) => (answer === null ? [] : [answer]));
  const { answer, confidence } = agreeOn(of.labelSchema, answers);
  return runHot(tx, WRITE, {
    itemId: answered.id,
    projectId: of.id,
    answer: JSON.stringify(answer),
    confidence,
    annotations: given.length,
    origin: given[0]?.origin ?? null,
    added: answered.labelSource === null ? 1 : 0,
    generation: given[0]?.generation ?? null,
  });
}

/** Starts a round when enough labels came since the last one began. */
export async function requestRoundByLabels(
  tx: Queryable,
  of: Pick<LabellingProject, 'id' | 'policies'>,
  counts: ProjectCounts,
): Promise<void> {
  if (!isRoundDue(of, counts)) return;
  await requestRound(tx, {
    projectId: of.id,
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
 * Whether one of the labels that are being written may be the one that starts a round: then the
 * counts are looked at before the commit, else the commit goes right behind the label.
 */
export function isRoundNear(of: LabellingProject): boolean {
  return isRoundDue(of, { ...of, labelCount: of.labelCount + LABELS_IN_FLIGHT });
}

/**
 * Brings the label of an item in line with the answers that stand: agreed once `overlap` people
 * have answered, gone when one of them takes the answer back. A label that was imported or
 * set right by somebody is left alone.
 * Tells those who watch. Sends one statement at once, or none; answers the counts of the project
 * when the label has changed, so that the caller can start a round when it is time.
 */
export async function settleLabel(
  tx: Transaction,
  of: LabellingProject,
  about: ItemContext,
  standing: readonly StandingAnnotation[],
): Promise<ProjectCounts | null> {
  if (!isSettledByAnswers(about) || about.split !== 'pool' || about.state === 'withdrawn') {
    return null;
  }
  const given = standing.filter((a) => a.kind === 'answer' && !a.extra);
  const agreed = given.length >= of.policies.overlap;
  const had = about.labelSource === 'annotation';
  if (!agreed && !had) return null;
  const [counts] = agreed
    ? await writeLabel(tx, of, about, given)
    : await runHot(tx, REMOVE, { itemId: about.id, projectId: of.id });
  if (counts === undefined) throw new Error(`project ${of.id} vanished`);
  return counts;
}
