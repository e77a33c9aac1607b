import { ConfigError, createLogger, InstallationError, loadConfig } from '@dubio/platform';
import { startWorker } from './worker.js';

const HARD_STOP_MS = 40_000;

/** What a person has to set right is one sentence, without a stack. */
function refuse(error: unknown): never {
  if (!(error instanceof ConfigError || error instanceof InstallationError)) throw error;
  console.error(error.message);
  process.exit(78);
}

function readConfig(): ReturnType<typeof loadConfig> {
  try {
    return loadConfig();
  } catch (error) {
    return refuse(error);
  }
}

const config = readConfig();
const logger = createLogger('worker', config);
const worker = await startWorker(config, logger).catch(refuse);

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
