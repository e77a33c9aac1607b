import { retry } from '@dubio/contracts/backoff';
import pg from 'pg';
import { createFlusher } from './flusher.js';

export type Database = {
  /** For connections beside the pool, such as one that listens. */
  readonly url: string;
  readonly pool: pg.Pool;
  /**
   * Runs `work` in one transaction; deadlocks and serialization failures are tried again.
   * Statements may be sent without waiting for the ones before: they run in the order in which they
   * are sent.
   */
  transaction<T>(work: Work<T>, options?: TransactionOptions): Promise<T>;
  /**
   * Resolves when all that was committed before the call is on disk; calls at a time share a write.
   */
  flush(): Promise<void>;
  close(): Promise<void>;
};

/** The connection of a transaction. */
export type Transaction = pg.PoolClient;

export type Work<T> = (tx: Transaction) => Promise<T | LastStatement<T>>;

/** What `work` returns to let COMMIT go out right behind its last statement, unanswered as yet. */
export class LastStatement<T> {
  constructor(readonly answer: Promise<T>) {
    // Awaited after COMMIT was sent; until then a failure is not unheard of.
    answer.catch(() => {});
  }
}

export type TransactionOptions = {
  /**
   * `flushed`: on disk when the call returns. `soon`: visible to all, and on disk a moment later or
   * when `flush()` resolves, whatever comes first; row locks are not held while the disk is waited
   * for.
   */
  durability?: 'flushed' | 'soon';
  /**
   * Statements are planned as walks of indexes, whatever the statistics say. A named statement
   * keeps the plan of its first runs: made while a table is small, it would go on to read all of
   * it.
   */
  byIndex?: boolean;
  /** For what may take minutes, such as deleting a large project: its statements are waited for. */
  patient?: boolean;
};

const beginWith = ({ durability = 'flushed', byIndex = false }: TransactionOptions): string =>
  [
    'BEGIN',
    ...(durability === 'soon' ? ['SET LOCAL synchronous_commit TO OFF'] : []),
    ...(byIndex ? ['SET LOCAL enable_seqscan TO OFF'] : []),
  ].join('; ');

/** Spread out, so that the two that collided do not collide again. */
const AGAIN = { tries: 6, firstMs: 20, mostMs: 320, spread: 1 };
const SERIALIZATION_FAILURE = '40001';
const DEADLOCK = '40P01';

const ABORTED_BEFORE = '25P02';

const isAborted = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === ABORTED_BEFORE;

const isRetryable = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === SERIALIZATION_FAILURE || error.code === DEADLOCK);

/** The most that a timer takes: some weeks. */
const FOR_EVER_MS = 2 ** 31 - 1;
const waitingForEver = ([statement, ...rest]: unknown[]): unknown[] => [
  {
    ...(typeof statement === 'string' ? { text: statement } : (statement as object)),
    query_timeout: FOR_EVER_MS,
  },
  ...rest,
];

/**
 * The connection for one transaction, and the error that came first in it. Statements that were sent
 * behind the one that failed fail too, and say only that the transaction is aborted.
 */
function watchFirstError(
  client: pg.PoolClient,
  patient: boolean,
): { tx: Transaction; first: () => unknown } {
  let first: unknown;
  const query = (...args: unknown[]): unknown => {
    const sent = patient ? waitingForEver(args) : args;
    const answer: unknown = Reflect.apply(client.query, client, sent);
    if (answer instanceof Promise) answer.catch((error: unknown) => (first ??= error));
    return answer;
  };
  return { tx: Object.create(client, { query: { value: query } }), first: () => first };
}

async function runOnce<T>(
  pool: pg.Pool,
  work: Work<T>,
  { begin, patient }: { begin: string; patient: boolean },
): Promise<T> {
  const client = await pool.connect();
  const { tx, first } = watchFirstError(client, patient);
  let broken: Error | undefined;
  try {
    const begun = tx.query(begin);
    begun.catch(() => {});
    const result = await work(tx);
    const committed = client.query('COMMIT');
    committed.catch(() => {});
    const answer = result instanceof LastStatement ? await result.answer : result;
    await begun;
    await committed;
    return answer;
  } catch (error) {
    await client.query('ROLLBACK').catch((cause: Error) => {
      broken = cause;
    });
    throw isAborted(error) ? (first() ?? error) : error;
  } finally {
    // A connection that cannot roll back is closed instead of going back to the pool.
    client.release(broken);
  }
}

async function runTransaction<T>(
  pool: pg.Pool,
  work: Work<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const how = { begin: beginWith(options), patient: options.patient === true };
  return retry(() => runOnce(pool, work, how), { ...AGAIN, isPassing: isRetryable });
}

export type DatabaseOptions = {
  max?: number;
  /** A statement that is not answered by then fails as an outage: a server that hangs says nothing. */
  answerWithinMs?: number;
  onError?: (error: Error) => void;
};

/** Opens a pool of at most `max` connections. */
export function createDatabase(url: string, options: DatabaseOptions = {}): Database {
  const { answerWithinMs } = options;
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 10,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    pipeline: true,
    ...(answerWithinMs === undefined ? {} : { query_timeout: answerWithinMs }),
  });
  // Without a listener a dropped idle connection ends the process; the pool replaces it by itself.
  pool.on('error', options.onError ?? (() => {}));
  // So does one that is lost in the middle of a transaction; its statements fail, and that is
  // enough.
  pool.on('connect', (client) => client.on('error', () => {}));
  const flusher = createFlusher(url, answerWithinMs);
  return {
    url,
    pool,
    transaction: (work, options) => runTransaction(pool, work, options),
    flush: () => flusher.flush(),
    async close() {
      await flusher.close();
      if (!pool.ended) await pool.end();
    },
  };
}
