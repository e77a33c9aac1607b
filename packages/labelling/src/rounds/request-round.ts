import { AppError, ProjectId, type Round, RoundId, RUNNING_STATES } from '@dubio/contracts';
import {
  columnsOf,
  db,
  enqueueJob,
  execute,
  findRow,
  getRow,
  into,
  newId,
  publishEvent,
  type Queryable,
  query,
  row,
  table,
} from '@dubio/platform';

const project = table('project');
const p = columnsOf('project', 'p');
const round = table('round');
const f = table('feature_set', 'f');
const l = table('label', 'l');

export type RoundWish = { projectId: string; trigger: Round['trigger']; userId?: string };

export type RoundRequest =
  | { remembered: false; roundId: string; number: number }
  | { remembered: true };

/**
 * The first wish stands, but one of a person gives way: a person may take it back, labels and
 * clocks cannot.
 */
async function rememberWish(tx: Queryable, wish: RoundWish): Promise<void> {
  await execute(
    tx,
    db
      .updateTable('project')
      .set({ pending_trigger: wish.trigger })
      .where('id', '=', wish.projectId)
      .where((of) =>
        of.or([of('pending_trigger', 'is', null), of('pending_trigger', '=', 'person')]),
      ),
  );
}

/**
 * Freezes what the round works from: settings, feature set, and a cut-off of the labels. Labels are
 * written under the same lock of the project's row, so none can appear below the cut-off later.
 */
function insertRound(tx: Queryable, wish: RoundWish): Promise<{ roundId: string; number: number }> {
  return getRow(
    tx,
    query`WITH counted AS (
       UPDATE ${project} SET ${project.round_number} = ${project.round_number} + 1,
         ${project.labels_at_round} = ${project.label_count}, ${project.pending_trigger} = NULL
       WHERE ${project.id} = ${wish.projectId}
       RETURNING *)
     INSERT INTO ${into(
       'round',
       ...(['id', 'project_id', 'number', 'trigger', 'triggered_by_id', 'seed'] as const),
       ...(['model_spec', 'acquisition', 'policies', 'feature_set_id'] as const),
       ...(['labels_up_to', 'labels'] as const),
     )}
     SELECT ${newId()}, ${p.id}, ${p.round_number}, ${wish.trigger}, ${wish.userId ?? null},
       (abs(hashtextextended('round:' || ${p.round_number}, ${p.seed})) % 2147483647)::int,
       ${p.model_spec}, ${p.acquisition}, ${p.policies},
       (SELECT ${f.id} FROM ${f} WHERE ${f.project_id} = ${p.id} AND ${f.rows} > 0
        ORDER BY ${f.rows} DESC, ${f.generation} DESC LIMIT 1),
       greatest(clock_timestamp(),
         (SELECT max(${l.updated_at}) FROM ${l} WHERE ${l.project_id} = ${p.id})),
       ${p.label_count}
     FROM counted p
     RETURNING ${row({ roundId: round.id, number: round.number })}`,
  );
}

/**
 * Starts a round: its row, its job and the news of it, in the caller's transaction. While another
 * one runs, the wish is remembered once, neither lost nor piled up.
 *
 * @throws AppError resource.not-found
 * @see docs/decisions/0033
 */
export async function requestRound(tx: Queryable, wish: RoundWish): Promise<RoundRequest> {
  const locked = await findRow(
    tx,
    db.selectFrom('project').select('id').where('id', '=', wish.projectId).forNoKeyUpdate(),
  );
  if (locked === null) {
    throw new AppError('resource.not-found', `No project ${wish.projectId}.`);
  }
  // A statement of its own: one that waited for the lock would look at what was before it.
  const running = await findRow(
    tx,
    db
      .selectFrom('round')
      .select('id')
      .where('project_id', '=', wish.projectId)
      .where('state', 'in', RUNNING_STATES)
      .limit(1),
  );
  if (running !== null) {
    await rememberWish(tx, wish);
    return { remembered: true };
  }
  const started = await insertRound(tx, wish);
  const roundId = RoundId.parse(started.roundId);
  const projectId = ProjectId.parse(wish.projectId);
  await enqueueJob(tx, 'round.train', { roundId, projectId }, { jobId: `round.train-${roundId}` });
  await publishEvent(tx, wish.projectId, {
    type: 'round.changed',
    roundId,
    number: started.number,
    state: 'queued',
  });
  return { remembered: false, ...started };
}
