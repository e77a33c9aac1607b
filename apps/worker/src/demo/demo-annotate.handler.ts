import { createHash } from 'node:crypto';
import { AnnotationInput, type Answer } from '@dubio/contracts';
import { leaseItems, readTruth, releaseLeases, submitAnnotations } from '@dubio/labelling';
import {
  db,
  findRow,
  type JobHandler,
  listRows,
  type Queryable,
  query,
  row,
  table,
} from '@dubio/platform';
import type { Services } from '../services.js';

const AT_ONCE = 10;

const a = table('annotation', 'a');
const i = table('item', 'i');

/**
 * `demo.annotate`: answers items of the queue with the true answers, each exactly once a request.
 */
export const createDemoAnnotateHandler =
  (services: Services): JobHandler<'demo.annotate'> =>
  async (payload, { signal, logger }) => {
    const { projectId, userId, count, request } = payload;
    const { database, store } = services;
    const { pool } = database;
    const project = await findRow(
      pool,
      db.selectFrom('project').select('truth_key as truthKey').where('id', '=', projectId),
    );
    if (!project?.truthKey) {
      logger.warn('the project has no true answers to give');
      return;
    }
    const truth = await readTruth(store, project.truthKey);
    const keys = Array.from({ length: count }, (_, i) => answerKey(request, i));
    const given = await keysGiven(pool, { projectId, userId, keys });
    const missing = keys.filter((key) => !given.has(key));
    while (missing.length > 0) {
      signal.throwIfAborted();
      const leases = await leaseItems(database, {
        projectId,
        userId,
        count: Math.min(AT_ONCE, missing.length),
      });
      const answers = await answersOf(pool, truth, leases);
      const inputs = answers.map((answer) =>
        AnnotationInput.parse({ ...answer, key: missing.shift(), kind: 'answer', durationMs: 0 }),
      );
      if (inputs.length > 0) await submitAnnotations(database, { projectId, userId }, inputs);
      const answered = new Set(answers.map((answer) => answer.leaseId));
      const unknown = leases.filter((lease) => !answered.has(lease.id)).map((lease) => lease.id);
      if (unknown.length > 0)
        await releaseLeases(database, { projectId, userId, leaseIds: unknown });
      if (inputs.length === 0) return;
    }
  };

/** The same request gives the same keys, so that a second run stores nothing twice. */
function answerKey(request: string, index: number): string {
  const hex = createHash('sha256').update(`demo/${request}/${index}`).digest('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

async function keysGiven(
  tx: Queryable,
  at: { projectId: string; userId: string; keys: readonly string[] },
): Promise<Set<string>> {
  const rows = await listRows(
    tx,
    query`SELECT ${row({ key: a.key })} FROM ${a} WHERE ${a.project_id} = ${at.projectId}
      AND ${a.user_id} = ${at.userId} AND ${a.key} = ANY(${at.keys}::uuid[])`,
  );
  return new Set(rows.map(({ key }) => key));
}

async function answersOf(
  tx: Queryable,
  truth: ReadonlyMap<string, Answer>,
  leases: readonly { id: string; itemId: string }[],
): Promise<{ itemId: string; leaseId: string; answer: Answer }[]> {
  const rows = await listRows(
    tx,
    query`SELECT ${row({ id: i.id, name: i.external_id })} FROM ${i}
      WHERE ${i.id} = ANY(${leases.map((lease) => lease.itemId)}::uuid[])`,
  );
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return leases.flatMap(({ id, itemId }) => {
    const answer = truth.get(names.get(itemId) ?? '');
    return answer === undefined ? [] : [{ itemId, leaseId: id, answer }];
  });
}
