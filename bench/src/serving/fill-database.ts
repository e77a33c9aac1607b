import { createHash, randomBytes } from 'node:crypto';
import type { Database } from '@dubio/platform';
import { type SeededProject, seedProject } from '@dubio/platform/testing';

export type Workplace = SeededProject & {
  readonly ownerToken: string;
  readonly annotatorTokens: readonly string[];
};

async function makeToken(database: Database, workspaceId: string, userId: string) {
  const secret = `dub_${randomBytes(32).toString('base64url')}`;
  await database.pool.query(
    `INSERT INTO api_token (id, user_id, workspace_id, name, token_hash, prefix, scopes, expires_at)
     SELECT gen_random_uuid(), $1, $2, 'bench', $3, 'dub_bench', $4, now() + interval '1 day'`,
    [
      userId,
      workspaceId,
      createHash('sha256').update(secret).digest(),
      [
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
      ],
    ],
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
    await tx.query('SET LOCAL session_replication_role = replica');
    await tx.query(
      `INSERT INTO item (id, project_id, ordinal, external_id, content_hash)
       SELECT gen_random_uuid(), $1, n, 'item-' || n, int4send(n)
       FROM generate_series(0, $2::int - 1) n`,
      [projectId, size.items],
    );
    await tx.query(
      `INSERT INTO queue_entry (project_id, generation, rank, item_id, origin, open_slots, votes)
       SELECT project_id, 1, ordinal + 1, id, 'acquisition', 1, '{}' FROM item WHERE project_id = $1
       ORDER BY ordinal`,
      [projectId],
    );
    await tx.query('UPDATE project SET generation = 1, next_ordinal = $2 WHERE id = $1', [
      projectId,
      size.items,
    ]);
  });
  await database.pool.query('VACUUM ANALYZE');
  await database.pool.query('CHECKPOINT');
  const annotatorTokens = await Promise.all(
    seeded.annotatorIds.map((userId) => makeToken(database, workspaceId, userId)),
  );
  const ownerToken = await makeToken(database, workspaceId, seeded.ownerId);
  return { ...seeded, ownerToken, annotatorTokens };
}

/** Labels for the last items of the project, written beside the queue: what an export reads. */
export async function fillLabels(
  database: Database,
  projectId: string,
  rows: number,
): Promise<number> {
  const { rowCount } = await database.pool.query(
    `INSERT INTO label (item_id, project_id, answer, source)
     SELECT id, $1, '{"answer":"a"}', 'import' FROM item
     WHERE project_id = $1 ORDER BY ordinal DESC LIMIT $2
     ON CONFLICT DO NOTHING`,
    [projectId, rows],
  );
  return rowCount ?? 0;
}
