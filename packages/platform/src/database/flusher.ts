import pg from 'pg';

export type Flusher = { flush(): Promise<void>; close(): Promise<void> };

/*
 * A transaction that writes nothing but a note into the log, and whose commit waits for the disk. The
 * log is flushed from its start, so all that was committed before is on disk with it.
 */
const FLUSH = {
  name: 'flush',
  text: `SELECT pg_logical_emit_message(true, 'dubio-flush', '')`,
};

/**
 * Waits for the disk on behalf of many: whoever comes while a flush runs shares the next one. On a
 * connection of its own, so that it never queues behind the work that waits for it.
 * @see docs/decisions/0080
 */
export function createFlusher(url: string, answerWithinMs?: number): Flusher {
  const pool = new pg.Pool({
    connectionString: url,
    max: 1,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    ...(answerWithinMs === undefined ? {} : { query_timeout: answerWithinMs }),
  });
  // A connection that is lost while idle is replaced by the next flush.
  pool.on('error', () => {});
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;

  const run = (): Promise<void> => {
    const mine = pool.query(FLUSH).then(() => {});
    running = mine;
    return mine.finally(() => {
      if (running === mine) running = null;
    });
  };

  return {
    flush() {
      if (running === null) return run();
      next ??= running
        .catch(() => {})
        .then(() => {
          next = null;
          return run();
        });
      return next;
    },
    async close() {
      if (!pool.ended) await pool.end();
    },
  };
}
