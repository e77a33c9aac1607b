import { createHash, randomBytes } from 'node:crypto';
import { type Database, db, execute, into, newId, query, sql, table } from '@dubio/platform';
import { type SeededProject, seedProject } from '@dubio/platform/testing';

const i = table('item', 'i');

export type Workplace = SeededProject & {
  readonly ownerToken: string;
  readonly annotatorTokens: readonly string[];
};

const SCOPES = [
  'queue.lease',
  'annotation.create',
  'project.create',
  'project.read',
  'import.create',
  'import.read',
  'label.read',
  'label.export',
  'demo.answer',
  'model.read',
  'model.predict',
];

/** A token of a person that may do what benches do, for a day. */
export async function makeToken(
  database: Database,
  workspaceId: string,
  userId: string,
): Promise<string> {
  const secret = `dub_${randomBytes(32).toString('base64url')}`;
  await execute(
    database.pool,
    db.insertInto('api_token').values({
      id: newId(),
      user_id: userId,
      workspace_id: workspaceId,
      name: 'bench',
      token_hash: createHash('sha256').update(secret).digest(),
      prefix: 'dub_bench',
      scopes: SCOPES,
      expires_at: sql<Date>`now() + interval '1 day'`,
    }),
  );
  return secret;
}

/** A project whose queue holds `items` entries, and people with tokens who will work on it. */
export async function fillDatabase(
  database: Database,
  size: { items: number; clients: number },
): Promise<Workplace> {
  const seeded = await seedProject(database, {
    annotators: size.clients,
    policies: { retrainAfterLabels: null },
  });
  const { projectId, workspaceId } = seeded;
  await database.transaction(async (tx) => {
    // All of it is right by construction: checking a million references one by one takes minutes.
    await execute(tx, query`SET LOCAL session_replication_role = replica`);
    await execute(
      tx,
      query`INSERT INTO ${into('item', 'id', 'project_id', 'ordinal', 'external_id', 'content_hash')}
       SELECT gen_random_uuid(), ${projectId}, n, 'item-' || n, int4send(n)
       FROM generate_series(0, ${size.items}::int - 1) n`,
    );
    await execute(
      tx,
      query`INSERT INTO ${into(
        'queue_entry',
        ...([
          'project_id',
          'generation',
          'rank',
          'item_id',
          'origin',
          'open_slots',
          'votes',
        ] as const),
      )}
       SELECT ${i.project_id}, 1, ${i.ordinal} + 1, ${i.id}, 'acquisition', 1, '{}'
       FROM ${i} WHERE ${i.project_id} = ${projectId} ORDER BY ${i.ordinal}`,
    );
    await execute(
      tx,
      db
        .updateTable('project')
        .set({ generation: 1, next_ordinal: size.items })
        .where('id', '=', projectId),
    );
  });
  await execute(database.pool, query`VACUUM ANALYZE`);
  await execute(database.pool, query`CHECKPOINT`);
  const annotatorTokens = await Promise.all(
    seeded.annotatorIds.map((userId) => makeToken(database, workspaceId, userId)),
  );
  const ownerToken = await makeToken(database, workspaceId, seeded.ownerId);
  return { ...seeded, ownerToken, annotatorTokens };
}

/** Labels for the last items of the project, written beside the queue: what an export reads. */
export function fillLabels(database: Database, projectId: string, rows: number): Promise<number> {
  return execute(
    database.pool,
    query`INSERT INTO ${into('label', 'item_id', 'project_id', 'answer', 'source')}
     SELECT ${i.id}, ${projectId}, '{"answer":"a"}', 'import' FROM ${i}
     WHERE ${i.project_id} = ${projectId} ORDER BY ${i.ordinal} DESC LIMIT ${rows}
     ON CONFLICT DO NOTHING`,
  );
}
