import { ConfigError, createLogger, loadConfig } from '@dubio/platform';
import { startWorker } from './worker.js';

const HARD_STOP_MS = 40_000;

function readConfig(): ReturnType<typeof loadConfig> {
  try {
    return loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(78);
  }
}

const config = readConfig();
const logger = createLogger('worker', config);
const worker = await startWorker(config, logger);

let stopping = false;
const stop = (signal: string): void => {
  if (stopping) return;
  stopping = true;
  logger.info({ signal }, 'draining');
  setTimeout(() => process.exit(1), HARD_STOP_MS).unref();
  worker.stop().then(
    () => process.exit(0),
    (error: unknown) => {
      logger.error({ err: error }, 'the worker did not stop cleanly');
      process.exit(1);
    },
  );
};
process.on('SIGTERM', () => stop('SIGTERM'));
process.on('SIGINT', () => stop('SIGINT'));
