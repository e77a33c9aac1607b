import {
  createDatabase,
  createEventFeed,
  createLogger,
  createObjectStore,
  InstallationError,
  joinInstallation,
  loadConfig,
} from '@dubio/platform';
import { createApp } from './app.js';
import { EventsService } from './events/events.service.js';
import { HealthService } from './health/health.service.js';

const STOP_WITHIN_MS = 10_000;
/** Longer than any call that a person waits for; a database that hangs says nothing by itself. */
const ANSWER_WITHIN_MS = 60_000;

const config = loadConfig();
const logger = createLogger('api', config);
const database = createDatabase(config.databaseUrl, {
  max: config.databasePool,
  answerWithinMs: ANSWER_WITHIN_MS,
  onError: (error) => logger.warn({ err: error }, 'lost a database connection'),
});
const feed = createEventFeed(database, { logger });
const store = createObjectStore(config.storageUrl);
await joinInstallation(database, store, config.storageUrl).catch((error: unknown) => {
  if (!(error instanceof InstallationError)) throw error;
  console.error(error.message);
  process.exit(78);
});
const app = await createApp({ config, database, feed, logger, store });

let stopping = false;

/** Finishes what runs, tells those who watch to come back, then goes. */
async function stop(signal: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  logger.info({ signal }, 'stopping');
  setTimeout(() => {
    logger.error('some requests did not end in time');
    process.exit(1);
  }, STOP_WITHIN_MS).unref();
  app.get(HealthService).stop();
  app.get(EventsService).closeAll();
  await app.close();
  await feed.close();
  await database.close();
  logger.info('stopped');
  process.exit(0);
}

process.on('SIGTERM', (signal) => void stop(signal));
process.on('SIGINT', (signal) => void stop(signal));

await app.listen(config.apiPort, config.apiHost);
logger.info({ port: config.apiPort }, 'the API answers');
