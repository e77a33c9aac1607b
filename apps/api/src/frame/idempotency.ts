import { createHash } from 'node:crypto';
import { AppError, type EndpointDefinition } from '@dubio/contracts';
import { type Database, db, execute, findRow, sql } from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { AnyCall } from './call.js';
import { DATABASE } from './tokens.js';

const LONGEST_KEY = 200;
const WAIT_MS = 100;
const WAIT_TIMES = 100;
/** A first try that has not answered for so long died with its process: the next one may act. */
const ABANDONED_SECONDS = 120;

type Key = { userId: string; endpoint: string; key: string; hash: Buffer };

export type Replay = { status: number; response: unknown };

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * Makes a creating call act once for each Idempotency-Key of a person, however often it is sent.
 */
@Injectable()
export class Idempotency {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  /** The key of a call that has one; null when the call takes none. */
  keyOf(definition: EndpointDefinition, call: AnyCall): Key | null {
    const key = call.request.headers['idempotency-key'];
    if (!definition.idempotent || key === undefined || call.actor === null) return null;
    if (typeof key !== 'string' || key.length < 1 || key.length > LONGEST_KEY) {
      throw new AppError(
        'request.invalid',
        `Idempotency-Key: expected 1 to ${LONGEST_KEY} characters.`,
      );
    }
    const hash = createHash('sha256')
      .update(JSON.stringify([definition.id, call.params, call.query, call.body ?? null]))
      .digest();
    return { userId: call.actor.userId, endpoint: definition.id, key, hash };
  }

  /**
   * Claims the key for this call, or answers what the first call with it got. While the first one
   * still runs, waits for it.
   *
   * @throws AppError idempotency.mismatch when the key was used for something else
   */
  async claim(key: Key): Promise<Replay | null> {
    for (let turn = 0; turn < WAIT_TIMES; turn++) {
      if (await this.insert(key)) return null;
      const found = await this.find(key);
      if (found === null) continue;
      if (!found.requestHash.equals(key.hash)) {
        throw new AppError('idempotency.mismatch', 'The key came with another body before.');
      }
      if (found.status !== null) return { status: found.status, response: found.response };
      await pause(WAIT_MS);
    }
    throw new AppError('resource.conflict', 'The first request with this key is still running.');
  }

  async keep(key: Key, replay: Replay): Promise<void> {
    const response = JSON.stringify(replay.response ?? null);
    await execute(
      this.database.pool,
      db
        .updateTable('idempotency_record')
        .set({ status: replay.status, response })
        .where('user_id', '=', key.userId)
        .where('endpoint', '=', key.endpoint)
        .where('key', '=', key.key),
    );
  }

  /** After a failure the same key may be tried again. */
  async forget(key: Key): Promise<void> {
    await execute(
      this.database.pool,
      db
        .deleteFrom('idempotency_record')
        .where('user_id', '=', key.userId)
        .where('endpoint', '=', key.endpoint)
        .where('key', '=', key.key)
        .where('status', 'is', null),
    );
  }

  private async insert(key: Key): Promise<boolean> {
    const abandoned = sql<Date>`now() - make_interval(secs => ${ABANDONED_SECONDS})`;
    const claimed = await execute(
      this.database.pool,
      db
        .insertInto('idempotency_record')
        .values({
          user_id: key.userId,
          endpoint: key.endpoint,
          key: key.key,
          request_hash: key.hash,
        })
        .onConflict((on) =>
          on
            .columns(['user_id', 'endpoint', 'key'])
            .doUpdateSet({ created_at: sql`now()` })
            .where('idempotency_record.status', 'is', null)
            .whereRef('idempotency_record.request_hash', '=', 'excluded.request_hash')
            .where('idempotency_record.created_at', '<', abandoned),
        ),
    );
    return claimed === 1;
  }

  private find(key: Key) {
    return findRow(
      this.database.pool,
      db
        .selectFrom('idempotency_record')
        .select(['request_hash as requestHash', 'status', 'response'])
        .where('user_id', '=', key.userId)
        .where('endpoint', '=', key.endpoint)
        .where('key', '=', key.key),
    );
  }
}
