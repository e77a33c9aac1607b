import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ConfigError, loadConfig } from './config.js';

const embedded = { DUBIO_MODE: 'embedded', DATABASE_URL: 'postgresql://u:p@localhost:5432/dubio' };

describe('loadConfig', () => {
  it('keeps objects below the data folder unless told otherwise', () => {
    const config = loadConfig({ ...embedded, DUBIO_DATA_DIR: '/srv/dubio' });
    expect(config.storageUrl).toBe(pathToFileURL(path.resolve('/srv/dubio/objects')).href);
  });
  it('names each variable that is missing or wrong, and never its value', () => {
    const load = () => loadConfig({ DUBIO_API_PORT: 'eighty', REDIS_URL: 'http://secret-host' });
    expect(load).toThrow(ConfigError);
    expect(load).toThrow(/DATABASE_URL: it is not set, expected postgresql:/);
    expect(load).toThrow(/DUBIO_API_PORT: got another value, expected a number/);
    expect(load).toThrow(/REDIS_URL: .*expected redis:\/\//);
    expect(load).not.toThrow(/secret-host/);
  });
  it('takes an empty variable for one that is not set', () => {
    expect(loadConfig({ ...embedded, REDIS_URL: '' }).redisUrl).toBeUndefined();
  });
  it('cannot be changed', () => {
    expect(Object.isFrozen(loadConfig(embedded))).toBe(true);
  });
});
