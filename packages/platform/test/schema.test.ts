import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../src/database/new-id.js';
import {
  type SeededProject,
  seedProject,
  startTestDatabase,
  type TestDatabase,
} from '../src/testing/index.js';

let db: TestDatabase;
let seeded: SeededProject;
beforeAll(async () => {
  db = await startTestDatabase();
  seeded = await seedProject(db.database, { items: 3, queue: true });
});
afterAll(() => db.close());

const insertRound = (number: number, state: string) =>
  db.database.pool.query(
    `INSERT INTO round (id, project_id, number, state, trigger, seed, model_spec, acquisition, policies)
     VALUES ($1, $2, $3, $4::text::"RoundState", 'person', 0, '{}', '{}', '{}')`,
    [newId(), seeded.projectId, number, state],
  );
const insertLease = (endedAt: Date | null) =>
  db.database.pool.query(
    `INSERT INTO lease (id, project_id, item_id, user_id, generation, rank, origin, expires_at, ended_at)
     VALUES ($1, $2, $3, $4, 0, 1, 'cold-start', now(), $5)`,
    [newId(), seeded.projectId, seeded.itemIds[0], seeded.ownerId, endedAt],
  );

describe('the database itself', () => {
  it('lets one round of a project run at a time', async () => {
    await insertRound(1, 'ready');
    await insertRound(2, 'training');
    await expect(insertRound(3, 'queued')).rejects.toThrow(/round_running_key/);
    await insertRound(4, 'failed');
  });
  it('lets a person hold an item once at a time', async () => {
    await insertLease(new Date());
    await insertLease(null);
    await expect(insertLease(null)).rejects.toThrow(/lease_active_key/);
  });
  it.each(['queue_entry_open_idx', 'lease_expiry_idx', 'outbox_job_pending_idx'])(
    'has the partial index %s',
    async (name) => {
      const found = await db.database.pool.query('SELECT 1 FROM pg_indexes WHERE indexname = $1', [
        name,
      ]);
      expect(found.rowCount).toBe(1);
    },
  );
});
