import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { LaunchFailure } from './failure.mjs';

export const HELP = `Usage: npm start -- [options]          the same by environment
  --port <number>      3000                  DUBIO_PORT
  --host <address>     127.0.0.1             DUBIO_HOST
  --data-dir <folder>  .data                 DUBIO_DATA_DIR
  --workers <number>   2                     DUBIO_WORKERS
  --demo digits|none   digits                DUBIO_DEMO
  --no-build           use what is built     DUBIO_NO_BUILD=1
DATABASE_URL, REDIS_URL and STORAGE_URL replace the embedded parts.`;

const FLAGS = {
  port: { type: 'string' },
  host: { type: 'string' },
  'data-dir': { type: 'string' },
  workers: { type: 'string' },
  demo: { type: 'string' },
  'no-build': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
};

function wholeNumber(name, text, { low, high }) {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= low && value <= high) return value;
  throw new LaunchFailure(`${name} must be a whole number from ${low} to ${high}, got "${text}".`);
}

function oneOf(name, text, allowed) {
  if (allowed.includes(text)) return text;
  throw new LaunchFailure(`${name} must be one of ${allowed.join(', ')}, got "${text}".`);
}

function readFlags(args) {
  try {
    return parseArgs({ args, options: FLAGS, allowPositionals: false }).values;
  } catch (error) {
    throw new LaunchFailure(`${error.message.split('. ')[0]}. Known options: npm start -- --help`);
  }
}

/** Reads the flags, then their environment twins, then the defaults. */
export function readOptions(args, env, root) {
  const flags = readFlags(args);
  const pick = (flag, variable, fallback) => flags[flag] ?? (env[variable] || fallback);
  const workers = wholeNumber('--workers', pick('workers', 'DUBIO_WORKERS', '2'), {
    low: 1,
    high: 64,
  });
  return {
    help: flags.help ?? false,
    port: wholeNumber('--port', pick('port', 'DUBIO_PORT', '3000'), { low: 1, high: 65_535 }),
    host: pick('host', 'DUBIO_HOST', '127.0.0.1'),
    dataDir: path.resolve(root, pick('data-dir', 'DUBIO_DATA_DIR', '.data')),
    workers,
    // Cores are shared out among the workers; one each at least.
    workerConcurrency: Math.max(1, Math.floor(os.availableParallelism() / workers)),
    demo: oneOf('--demo', pick('demo', 'DUBIO_DEMO', 'digits'), ['digits', 'none']),
    build: !(flags['no-build'] ?? /^(1|true|yes)$/i.test(env.DUBIO_NO_BUILD ?? '')),
  };
}
