import { execute, type Queryable, query, table } from '@dubio/platform';

const p = table('project', 'p');

/*
 * Advisory locks rather than row locks on the project: they are fair (a publisher that waits is not
 * starved by a stream of readers) and leave no trace in the row. All last until the transaction ends.
 * Order, so that nothing deadlocks: queue, person, serving, then rows (item, queue entry,
 * lease, project).
 */

/** Everything that changes leases, answers or open slots holds this; many may at the same time. */
export async function lockQueueShared(tx: Queryable, projectId: string): Promise<void> {
  await execute(
    tx,
    query`SELECT pg_advisory_xact_lock_shared(hashtextextended('queue:' || ${projectId}, 0))`,
  );
}

/** Held while a queue is taken into use: nobody leases or answers meanwhile. */
export async function lockQueueExclusive(tx: Queryable, projectId: string): Promise<void> {
  await execute(
    tx,
    query`SELECT pg_advisory_xact_lock(hashtextextended('queue:' || ${projectId}, 0))`,
  );
}

/** One lease or undo call of a person at a time, beside the shared lock: two tabs cannot race. */
export async function lockQueueAndPerson(
  tx: Queryable,
  projectId: string,
  userId: string,
): Promise<void> {
  await execute(
    tx,
    query`SELECT pg_advisory_xact_lock_shared(hashtextextended('queue:' || ${projectId}, 0)),
       pg_advisory_xact_lock(hashtextextended('person:' || ${projectId} || ':' || ${userId}, 0))`,
  );
}

/**
 * One lease call of a person at a time and, where an item may be held by several people, of the
 * project: before the leases of the person are renewed, because that locks them. A call that gives
 * back counts as well: there a lease call waits for entries while it holds those that it swept.
 */
export async function lockLeaseCall(
  tx: Queryable,
  projectId: string,
  userId: string,
): Promise<void> {
  await Promise.all([
    lockQueueAndPerson(tx, projectId, userId),
    execute(
      tx,
      query`SELECT pg_advisory_xact_lock(hashtextextended('serve:' || ${p.id}, 0)) FROM ${p}
        WHERE ${p.id} = ${projectId} AND (${p.policies}->>'overlap')::int > 1`,
    ),
  ]);
}

/** One lease call of a project at a time; taken when an item may be held by several people. */
export async function lockServing(tx: Queryable, projectId: string): Promise<void> {
  await execute(
    tx,
    query`SELECT pg_advisory_xact_lock(hashtextextended('serve:' || ${projectId}, 0))`,
  );
}
