import { createHash } from 'node:crypto';
import { AppError, type EndpointDefinition } from '@dubio/contracts';
import type { Database } from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { AnyCall } from './call.js';
import { DATABASE } from './tokens.js';

const LONGEST_KEY = 200;
const WAIT_MS = 100;
const WAIT_TIMES = 100;
/** A first try that has not answered for so long died with its process: the next one may act. */
const ABANDONED_SECONDS = 120;

type RecordRow = { requestHash: Buffer; status: number | null; response: unknown };
type Key = { userId: string; endpoint: string; key: string; hash: Buffer };

export type Replay = { status: number; response: unknown };

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Makes a creating call act once for each Idempotency-Key of a person, however often it is sent. */
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
    await this.database.pool.query(
      `UPDATE idempotency_record SET status = $4, response = $5::jsonb
       WHERE user_id = $1 AND endpoint = $2 AND key = $3`,
      [key.userId, key.endpoint, key.key, replay.status, JSON.stringify(replay.response ?? null)],
    );
  }

  /** After a failure the same key may be tried again. */
  async forget(key: Key): Promise<void> {
    await this.database.pool.query(
      `DELETE FROM idempotency_record
       WHERE user_id = $1 AND endpoint = $2 AND key = $3 AND status IS NULL`,
      [key.userId, key.endpoint, key.key],
    );
  }

  private async insert(key: Key): Promise<boolean> {
    const { rowCount } = await this.database.pool.query(
      `INSERT INTO idempotency_record (user_id, endpoint, key, request_hash)
       VALUES ($1, $2, $3, $4)
       ON CONFLICT (user_id, endpoint, key) DO UPDATE SET created_at = now()
         WHERE idempotency_record.status IS NULL
           AND idempotency_record.request_hash = excluded.request_hash
           AND idempotency_record.created_at < now() - make_interval(secs => $5)`,
      [key.userId, key.endpoint, key.key, key.hash, ABANDONED_SECONDS],
    );
    return rowCount === 1;
  }

  private async find(key: Key): Promise<RecordRow | null> {
    const { rows } = await this.database.pool.query<RecordRow>(
      `SELECT request_hash AS "requestHash", status, response FROM idempotency_record
       WHERE user_id = $1 AND endpoint = $2 AND key = $3`,
      [key.userId, key.endpoint, key.key],
    );
    return rows[0] ?? null;
  }
}
