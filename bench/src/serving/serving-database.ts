import { chmod } from 'node:fs/promises';
import path from 'node:path';
import {
  createDatabase,
  type Database,
  deployMigrations,
  ensurePostgres,
  migrateQueueSchema,
} from '@dubio/platform';

export type ServingDatabase = { url: string; database: Database; close(): Promise<void> };

/**
 * A Postgres below the folder, as `npm start` runs one: commits wait for the disk. The server of
 * the tests does not, and would make answers look faster than anybody's are.
 */
export async function startServingDatabase(folder: string): Promise<ServingDatabase> {
  // Started by root, the server runs as somebody else, who has to pass through.
  await chmod(folder, 0o711);
  const server = await ensurePostgres({ dir: path.join(folder, 'postgres') });
  await deployMigrations(server.url);
  await migrateQueueSchema(server.url);
  const database = createDatabase(server.url);
  return {
    url: server.url,
    database,
    async close() {
      await database.close();
      await server.stop();
    },
  };
}
