import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { DatabaseServer } from './database-server.mjs';
import { say, step } from './progress.mjs';

/** What all programs are told; what the person has set in the environment wins. */
export function environmentOf({ options, folder, apiPort }) {
  const publicUrl = process.env.DUBIO_PUBLIC_URL || `http://localhost:${options.port}`;
  return {
    ...process.env,
    DUBIO_MODE: 'embedded',
    DUBIO_DATA_DIR: folder.dir,
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

/** The embedded Postgres, from now on a member of the crew that is started again when it falls. */
const startPostgres = (root, folder, watch) =>
  step('starting Postgres', async () => {
    const { ensurePostgres } = await loadPart(root, 'platform', 'embedded/postgres.js');
    const dir = folder.folder('postgres');
    const log = (line) => say(`  ${line}`);
    const server = await ensurePostgres({ dir, log });
    const port = Number(new URL(server.url).port);
    const begin = () => ensurePostgres({ dir, log, port });
    watch(new DatabaseServer({ server, begin, logFile: path.join(dir, 'cluster/server.log') }));
    return server.url;
  });

/** A database that answers and is up to date: the one of DATABASE_URL, else an embedded one. */
async function openDatabase(root, folder, watch) {
  const given = process.env.DATABASE_URL;
  // All of the platform takes a second or two to load: Postgres starts meanwhile.
  const [platform, url] = await Promise.all([
    loadPart(root, 'platform', 'index.js'),
    given || startPostgres(root, folder, watch),
  ]);
  const applied = await platform.deployMigrations(url);
  if (applied.length > 0) say(`database: ${applied.length} migrations applied`);
  if (!process.env.REDIS_URL) await platform.migrateQueueSchema(url);
  return { platform, url };
}

/**
 * Postgres, tables, first owner and demo: what has to be there before API and workers start. The
 * embedded Postgres is given to `watch` as soon as it runs.
 */
export async function prepareProduct({ root, options, folder, environment, watch }) {
  const server = await openDatabase(root, folder, watch);
  const { platform } = server;
  const env = { ...environment, DATABASE_URL: server.url };
  const config = platform.loadConfig(env);
  const database = platform.createDatabase(server.url, { max: 4 });
  try {
    const store = platform.createObjectStore(config.storageUrl);
    await platform.joinInstallation(database, store, config.storageUrl);
    const owner = await platform.ensureFirstOwner(database);
    if (options.demo === 'digits') {
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
    return { env, createSignInUrl };
  } finally {
    await database.close();
  }
}
