import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { Environment, loadConfig } from '@dubio/platform';
import { describe, expect, it } from 'vitest';
import { HELP } from './lib/launch/options.mjs';

const text = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
const set = parseEnv(text);
const shown = parseEnv(text.replace(/^#(?=[A-Z][A-Z_]*=)/gm, ''));
/** Read by the page's own process, which has no configuration of the platform. */
const PAGE_ONLY = ['DUBIO_API_URL'];

describe('.env.example', () => {
  it('shows each variable that something reads, and no other', () => {
    const ofStart = HELP.match(/DUBIO_\w+/g);
    const known = new Set([...Object.keys(Environment.shape), ...PAGE_ONLY, ...ofStart]);
    expect(Object.keys(shown).sort()).toEqual([...known].sort());
  });

  it('is a configuration that boots as it stands', () => {
    expect(loadConfig(set)).toMatchObject({ mode: 'production', apiPort: 3001 });
  });

  it('shows the defaults as they are', () => {
    const required = { DATABASE_URL: set.DATABASE_URL };
    for (const [name, value] of Object.entries(Environment.parse(required))) {
      expect(`${name}=${value}`).toBe(`${name}=${shown[name]}`);
    }
  });

  it('explains each variable, or the block it stands in', () => {
    const blocks = text.trim().split('\n\n');
    expect(blocks.filter((block) => !block.startsWith('# '))).toEqual([]);
  });
});
