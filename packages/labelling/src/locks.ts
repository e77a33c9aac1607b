import { execute, type Queryable, query } from '@dubio/platform';

/*
 * Advisory locks rather than row locks on the project: they are fair (a publisher that waits is not
 * starved by a stream of readers) and leave no trace in the row. All last until the transaction ends.
 * Order, so that nothing deadlocks: queue, person, serving, then rows (item, queue entry, project).
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

/** One lease call of a project at a time; taken when an item may be held by several people. */
export async function lockServing(tx: Queryable, projectId: string): Promise<void> {
  await execute(
    tx,
    query`SELECT pg_advisory_xact_lock(hashtextextended('serve:' || ${projectId}, 0))`,
  );
}
