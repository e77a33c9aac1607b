import { createHash, randomBytes } from 'node:crypto';
import type { Database } from '../database/database.js';
import { newId } from '../database/new-id.js';

export type FirstOwner = { userId: string; workspaceId: string };

const SETUP_LOCK = 'dubio.first-owner';
const TOKEN_BYTES = 32;
const LINK_HOURS = 24;

/** The owner of the oldest workspace; both are made when there is none yet. */
export async function ensureFirstOwner(database: Database): Promise<FirstOwner> {
  return database.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [SETUP_LOCK]);
    const { rows } = await tx.query<FirstOwner>(
      `SELECT m.user_id AS "userId", m.workspace_id AS "workspaceId"
       FROM membership m JOIN "user" u ON u.id = m.user_id
       WHERE m.role = 'owner' AND u.disabled_at IS NULL AND NOT u.is_machine
       ORDER BY m.created_at, m.user_id LIMIT 1`,
    );
    if (rows[0] !== undefined) return rows[0];
    const owner = { userId: newId(), workspaceId: newId() };
    await tx.query(`INSERT INTO "user" (id, name) VALUES ($1, 'Owner')`, [owner.userId]);
    await tx.query(`INSERT INTO workspace (id, name) VALUES ($1, 'My workspace')`, [
      owner.workspaceId,
    ]);
    await tx.query(
      `INSERT INTO membership (workspace_id, user_id, role) VALUES ($1, $2, 'owner')`,
      [owner.workspaceId, owner.userId],
    );
    return owner;
  });
}

/** Makes a link token that signs in once; only its hash is stored, and unused older ones of that person end. */
export async function createSignInToken(database: Database, userId: string): Promise<string> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const hash = createHash('sha256').update(token).digest();
  await database.transaction(async (tx) => {
    await tx.query('DELETE FROM sign_in_link WHERE user_id = $1 AND used_at IS NULL', [userId]);
    await tx.query(
      `INSERT INTO sign_in_link (id, user_id, token_hash, expires_at)
       VALUES ($1, $2, $3, now() + $4 * interval '1 hour')`,
      [newId(), userId, hash, LINK_HOURS],
    );
  });
  return token;
}
