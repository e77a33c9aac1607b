import { Permission } from '@dubio/contracts';
import {
  type Database,
  db,
  execute,
  findRow,
  type NamedStatement,
  named,
  optionalTable,
  query,
  type RawBuilder,
  row,
  type ShapeOf,
  type Statement,
  sendNamed,
  sql,
  table,
} from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { Actor, Place } from '../frame/call.js';
import { DATABASE } from '../frame/tokens.js';

/** The workspace or project that a path names; ids that are none are left out. */
export type Named = { workspaceId: string | null; projectId: string | null };

export type Access = { actor: Actor; place: Place | null };

type Asked = Named & { tokenHash: Buffer };

const u = table('user', 'u');
const s = table('session', 's');
const t = table('api_token', 't');
const p = optionalTable('project', 'p');
const m = optionalTable('membership', 'm');

/** Seen so long ago that it is noted again. */
const isStale = (seenAt: RawBuilder<Date | null>) =>
  sql<boolean>`${seenAt} IS NULL OR ${seenAt} < now() - interval '1 minute'`;

const PLACE = { workspaceId: m.workspace_id, projectId: p.id, role: m.role };

/** Membership in the named place, beside whoever calls: one query per request decides. */
const joinPlace = ($: {
  readonly projectId: RawBuilder<string | null>;
  readonly workspaceId: RawBuilder<string | null>;
}) =>
  sql`LEFT JOIN ${p} ON ${p.id} = ${$.projectId}
    LEFT JOIN ${m} ON ${m.user_id} = ${u.id}
      AND ${m.workspace_id} = coalesce(${p.workspace_id}, ${$.workspaceId})`;

const BY_SESSION = named<Asked>()(
  'access-by-session',
  ($) => query`SELECT ${row({
    id: s.id,
    userId: u.id,
    name: u.name,
    stale: isStale(s.last_seen_at),
    ...PLACE,
    tokenWorkspaceId: sql<string | null>`NULL`,
    scopes: sql<string[] | null>`NULL`,
  })}
    FROM ${s} JOIN ${u} ON ${u.id} = ${s.user_id} ${joinPlace($)}
    WHERE ${s.token_hash} = ${$.tokenHash} AND ${s.expires_at} > now()
      AND ${u.disabled_at} IS NULL`,
);

const BY_TOKEN = named<Asked>()(
  'access-by-token',
  ($) => query`SELECT ${row({
    id: t.id,
    userId: u.id,
    name: u.name,
    stale: isStale(t.last_used_at),
    ...PLACE,
    tokenWorkspaceId: sql<string | null>`${t.workspace_id}`,
    scopes: sql<string[] | null>`${t.scopes}`,
  })}
    FROM ${t} JOIN ${u} ON ${u.id} = ${t.user_id} ${joinPlace($)}
    WHERE ${t.token_hash} = ${$.tokenHash} AND ${t.expires_at} > now()
      AND ${t.revoked_at} IS NULL AND ${u.disabled_at} IS NULL`,
);

type AccessRow = ShapeOf<typeof BY_SESSION>;

function toAccess(row: AccessRow): Access {
  const scopes = row.scopes?.flatMap((scope) => Permission.safeParse(scope).data ?? []);
  const actor: Actor = {
    userId: row.userId,
    name: row.name,
    session: scopes === undefined ? { id: row.id } : null,
    token:
      scopes === undefined
        ? null
        : { id: row.id, workspaceId: row.tokenWorkspaceId ?? '', scopes: new Set(scopes) },
  };
  if (row.workspaceId === null || row.role === null) return { actor, place: null };
  const { workspaceId, projectId, role } = row;
  return { actor, place: { workspaceId, projectId, role } };
}

/** Reads who calls and what they are there; asked on every request, never kept. */
@Injectable()
export class AccessRepository {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  findBySession(tokenHash: Buffer, named: Named): Promise<Access | null> {
    return this.find(BY_SESSION, { tokenHash, ...named }, (id) =>
      db.updateTable('session').set({ last_seen_at: sql`now()` }).where('id', '=', id),
    );
  }

  findByToken(tokenHash: Buffer, named: Named): Promise<Access | null> {
    return this.find(BY_TOKEN, { tokenHash, ...named }, (id) =>
      db.updateTable('api_token').set({ last_used_at: sql`now()` }).where('id', '=', id),
    );
  }

  /** Whose token it was that opens nothing any more, and why not. */
  async describeDeadToken(tokenHash: Buffer) {
    const dead = await findRow(
      this.database.pool,
      query`SELECT ${row({
        userId: u.id,
        name: u.name,
        workspaceId: t.workspace_id,
        revoked: sql<boolean>`${t.revoked_at} IS NOT NULL`,
        disabled: sql<boolean>`${u.disabled_at} IS NOT NULL`,
      })} FROM ${t} JOIN ${u} ON ${u.id} = ${t.user_id} WHERE ${t.token_hash} = ${tokenHash}`,
    );
    if (dead === null) return { reason: 'unknown-token', account: null, workspaceId: null };
    const { userId, name, workspaceId } = dead;
    const ended = dead.revoked ? 'revoked-token' : 'expired-token';
    const reason = dead.disabled ? 'disabled-account' : ended;
    return { reason, account: { userId, name }, workspaceId };
  }

  private async find(
    statement: NamedStatement<Asked, AccessRow>,
    asked: Asked,
    noteSeen: (id: string) => Statement<unknown>,
  ): Promise<Access | null> {
    const [found] = await sendNamed(this.database.pool, statement, asked);
    if (found === undefined) return null;
    if (found.stale) await execute(this.database.pool, noteSeen(found.id));
    return toAccess(found);
  }
}
