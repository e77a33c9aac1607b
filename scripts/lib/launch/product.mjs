import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { say, step } from './progress.mjs';

/** What the programs are told; what the person has set in the environment wins. */
function environmentOf({ options, folder, databaseUrl, apiPort }) {
  const publicUrl = process.env.DUBIO_PUBLIC_URL || `http://localhost:${options.port}`;
  return {
    ...process.env,
    DUBIO_MODE: 'embedded',
    DATABASE_URL: databaseUrl,
    DUBIO_DATA_DIR: folder.dir,
    DUBIO_SECRET: process.env.DUBIO_SECRET || folder.secret(),
    DUBIO_API_HOST: '127.0.0.1',
    DUBIO_API_PORT: String(apiPort),
    DUBIO_API_URL: `http://127.0.0.1:${apiPort}`,
    DUBIO_PUBLIC_URL: publicUrl,
    DUBIO_WORKER_CONCURRENCY:
      process.env.DUBIO_WORKER_CONCURRENCY || String(options.workerConcurrency),
    NEXT_TELEMETRY_DISABLED: '1',
  };
}

/** Imports the built platform; the scripts themselves depend on nothing. */
export const loadPlatform = (root) =>
  import(pathToFileURL(path.join(root, 'packages/platform/dist/index.js')).href);

/** A database that answers and is up to date: the one of DATABASE_URL, else an embedded one. */
async function openDatabase(platform, folder) {
  const given = process.env.DATABASE_URL;
  const embedded = given
    ? null
    : await step('starting Postgres', () =>
        platform.ensurePostgres({ dir: folder.folder('postgres') }),
      );
  const url = given || embedded.url;
  try {
    const applied = await platform.deployMigrations(url);
    if (applied.length > 0) say(`database: ${applied.length} migrations applied`);
    if (!process.env.REDIS_URL) await platform.migrateQueueSchema(url);
    return { url, stop: async () => embedded?.stop() };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

/** Postgres, tables, secrets, first owner and demo: all that has to be there before the programs start. */
export async function prepareProduct({ root, options, folder, apiPort }) {
  const platform = await loadPlatform(root);
  const server = await openDatabase(platform, folder);
  const env = environmentOf({ options, folder, databaseUrl: server.url, apiPort });
  const config = platform.loadConfig(env);
  const database = platform.createDatabase(server.url, { max: 4 });
  try {
    const owner = await platform.ensureFirstOwner(database);
    if (options.demo === 'digits') {
      const store = platform.createObjectStore(config.storageUrl);
      const demo = await platform.createDemoProject(database, store, owner);
      if (demo.created) say('demo project "Handwritten digits" is in place');
    }
    const createSignInUrl = async () => {
      const fresh = platform.createDatabase(server.url, { max: 2 });
      try {
        const token = await platform.createSignInToken(fresh, owner.userId);
        return `${config.publicUrl}/sign-in#token=${token}`;
      } finally {
        await fresh.close();
      }
    };
    return { env, createSignInUrl, stopDatabase: server.stop };
  } catch (error) {
    await server.stop();
    throw error;
  } finally {
    await database.close();
  }
}
