import type { Database } from '@dubio/platform';

export type Hold = {
  /**
   * Lets the change happen from now on; whoever waited for it is cut off, as the process that asked
   * is gone.
   */
  end(): Promise<void>;
};

const KEY = 4_200;
let holds = 0;

/**
 * Keeps rows from a change until the hold ends, however quick the machine is: a test that kills a
 * worker in the middle of a stage cannot come too late. `when` speaks of `OLD` and `NEW`.
 */
export async function hold({ pool }: Database, table: string, when: string): Promise<Hold> {
  const name = `hold_${++holds}`;
  const key = KEY + holds;
  const holder = await pool.connect();
  await holder.query('SELECT pg_advisory_lock($1)', [key]);
  await holder.query(
    `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
       IF ${when} THEN PERFORM pg_advisory_xact_lock_shared(${key}); END IF;
       RETURN NEW;
     END $$`,
  );
  await holder.query(
    `CREATE TRIGGER ${name} BEFORE UPDATE ON "${table}" FOR EACH ROW EXECUTE FUNCTION ${name}()`,
  );
  let ended = false;
  return {
    async end() {
      if (ended) return;
      ended = true;
      await holder.query(
        `SELECT pg_terminate_backend(pid, 5000) FROM pg_locks
          WHERE locktype = 'advisory' AND objid = $1 AND NOT granted`,
        [key],
      );
      await holder.query('SELECT pg_advisory_unlock($1)', [key]);
      holder.release();
      await pool.query(`DROP TRIGGER ${name} ON "${table}"`);
      await pool.query(`DROP FUNCTION ${name}()`);
    },
  };
}
