import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { say, step } from './progress.mjs';

/** What all programs are told; what the person has set in the environment wins. */
export function environmentOf({ options, folder, apiPort }) {
  const publicUrl = process.env.DUBIO_PUBLIC_URL || `http://localhost:${options.port}`;
  return {
    ...process.env,
    DUBIO_MODE: 'embedded',
    DUBIO_DATA_DIR: folder.dir,
    DUBIO_SECRET: process.env.DUBIO_SECRET || folder.secret(),
    DUBIO_API_HOST: '127.0.0.1',
    DUBIO_API_PORT: String(apiPort),
    DUBIO_API_URL: `http://127.0.0.1:${apiPort}`,
    DUBIO_PUBLIC_URL: publicUrl,
    DUBIO_WORKER_CONCURRENCY:
      process.env.DUBIO_WORKER_CONCURRENCY || String(options.workerConcurrency),
    NEXT_TELEMETRY_DISABLED: '1',
    // Compiled code is kept between starts (Node 22 and newer).
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE || folder.folder('cache'),
  };
}

/** Imports a part of a built package; the scripts themselves depend on nothing. */
const loadPart = (root, name, part) =>
  import(pathToFileURL(path.join(root, 'packages', name, 'dist', part)).href);

const startPostgres = (root, folder) =>
  step('starting Postgres', async () => {
    const { ensurePostgres } = await loadPart(root, 'platform', 'embedded/postgres.js');
    return ensurePostgres({ dir: folder.folder('postgres') });
  });

/** A database that answers and is up to date: the one of DATABASE_URL, else an embedded one. */
async function openDatabase(root, folder) {
  const given = process.env.DATABASE_URL;
  // All of the platform takes a second or two to load: Postgres starts meanwhile.
  const [platform, embedded] = await Promise.all([
    loadPart(root, 'platform', 'index.js'),
    given ? null : startPostgres(root, folder),
  ]);
  const url = given || embedded.url;
  try {
    const applied = await platform.deployMigrations(url);
    if (applied.length > 0) say(`database: ${applied.length} migrations applied`);
    if (!process.env.REDIS_URL) await platform.migrateQueueSchema(url);
    return { platform, url, stop: async () => embedded?.stop() };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

/** Postgres, tables, first owner and demo: what has to be there before API and workers start. */
export async function prepareProduct({ root, options, folder, environment }) {
  const server = await openDatabase(root, folder);
  const { platform } = server;
  const env = { ...environment, DATABASE_URL: server.url };
  const config = platform.loadConfig(env);
  const database = platform.createDatabase(server.url, { max: 4 });
  try {
    const owner = await platform.ensureFirstOwner(database);
    if (options.demo === 'digits') {
      const store = platform.createObjectStore(config.storageUrl);
      const { createDemoProject } = await loadPart(root, 'labelling', 'index.js');
      const demo = await createDemoProject(database, store, owner);
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
