import { type Logger, pino } from 'pino';
import type { Config } from './config.js';
import { createLogDestination } from './log-destination.js';

export type { Logger } from 'pino';

const SECRETS = [
  'password',
  'secret',
  'token',
  'authorization',
  'cookie',
  'databaseUrl',
  'redisUrl',
];

/**
 * A JSON logger, one line an event; bind requestId, jobId or roundId with `.child`. That a line
 * cannot be written ends no process.
 */
export function createLogger(name: string, config?: Pick<Config, 'logLevel'>): Logger {
  const options = {
    name,
    level: config?.logLevel ?? 'info',
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: SECRETS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]),
      censor: '[redacted]',
    },
  };
  return pino(options, createLogDestination(name));
}
