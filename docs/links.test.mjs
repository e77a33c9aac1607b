import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readAnchors, readBlocks, readLinks } from './lib.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const inFolder = (folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
const pages = [...inFolder('.'), ...inFolder('docs'), ...inFolder('docs/decisions')];

describe.each(pages)('%s', (page) => {
  it('points only to what is there', () => {
    const broken = readLinks(join(root, page)).filter((address) => {
      if (/^(https?:|mailto:)/.test(address)) return false;
      const [path = '', anchor] = address.split('#');
      const file = path === '' ? join(root, page) : join(root, dirname(page), path);
      if (!existsSync(file)) return true;
      return anchor !== undefined && file.endsWith('.md') && !readAnchors(file).has(anchor);
    });
    expect(broken).toEqual([]);
  });
});

it('the list of decisions names each of them', () => {
  const index = readFileSync(join(root, 'docs/decisions/README.md'), 'utf8');
  const records = inFolder('docs/decisions').filter((page) => /\/\d{4}-/.test(page));
  expect(records.length).toBeGreaterThan(0);
  for (const record of records) expect(index).toContain(`(${record.split('/').at(-1)})`);
});

it('the README shows only npm commands that exist', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const shown = readBlocks(join(root, 'README.md')).flatMap(({ text }) => [
    ...text.matchAll(/^npm (?:run )?([\w:-]+)/gm),
  ]);
  expect(shown.length).toBeGreaterThan(0);
  for (const [, name] of shown) expect(scripts).toHaveProperty(name);
});
