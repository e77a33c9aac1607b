import { createHash, randomBytes } from 'node:crypto';
import type { Database } from '../database/database.js';
import { newId } from '../database/new-id.js';
import { db, execute, findRow, query, sql } from '../database/sql.js';

export type FirstOwner = { userId: string; workspaceId: string };

const SETUP_LOCK = 'dubio.first-owner';
const TOKEN_BYTES = 32;
const LINK_HOURS = 24;

/** The owner of the oldest workspace; both are made when there is none yet. */
export async function ensureFirstOwner(database: Database): Promise<FirstOwner> {
  return database.transaction(async (tx) => {
    await execute(tx, query`SELECT pg_advisory_xact_lock(hashtextextended(${SETUP_LOCK}, 0))`);
    const first = await findRow(
      tx,
      db
        .selectFrom('membership as m')
        .innerJoin('user as u', 'u.id', 'm.user_id')
        .select(['m.user_id as userId', 'm.workspace_id as workspaceId'])
        .where('m.role', '=', 'owner')
        .where('u.disabled_at', 'is', null)
        .where('u.is_machine', '=', false)
        .orderBy('m.created_at')
        .orderBy('m.user_id')
        .limit(1),
    );
    if (first !== null) return first;
    const owner = { userId: newId(), workspaceId: newId() };
    const { userId: user_id, workspaceId: workspace_id } = owner;
    await execute(tx, db.insertInto('user').values({ id: user_id, name: 'Owner' }));
    await execute(
      tx,
      db.insertInto('workspace').values({ id: workspace_id, name: 'My workspace' }),
    );
    await execute(tx, db.insertInto('membership').values({ workspace_id, user_id, role: 'owner' }));
    return owner;
  });
}

/** Whether somebody signed in by a link before. */
export async function hasSignedIn(database: Database, userId: string): Promise<boolean> {
  const used = db
    .selectFrom('sign_in_link')
    .select('id')
    .where('user_id', '=', userId)
    .where('used_at', 'is not', null)
    .limit(1);
  return (await findRow(database.pool, used)) !== null;
}

/**
 * Makes a link token that signs in once; only its hash is stored, and unused older ones of that
 * person end.
 */
export async function createSignInToken(database: Database, userId: string): Promise<string> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const hash = createHash('sha256').update(token).digest();
  await database.transaction(async (tx) => {
    await execute(
      tx,
      db.deleteFrom('sign_in_link').where('user_id', '=', userId).where('used_at', 'is', null),
    );
    await execute(
      tx,
      db.insertInto('sign_in_link').values({
        id: newId(),
        user_id: userId,
        token_hash: hash,
        expires_at: sql<Date>`now() + make_interval(hours => ${LINK_HOURS})`,
      }),
    );
  });
  return token;
}
