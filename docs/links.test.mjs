import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readAnchors, readBlocks, readLinks } from './lib.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const inFolder = (folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
/** What a workspace or a script is written in; what was built or installed is not. */
const sourceFiles = () =>
  ['apps', 'packages', 'bench', 'scripts', 'prisma'].flatMap((folder) =>
    sourcesBelow(join(root, folder)),
  );
const PASSED_OVER = new Set(['node_modules', 'dist', '.next', 'generated', 'report']);
const sourcesBelow = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return PASSED_OVER.has(entry.name) ? [] : sourcesBelow(path);
    return /\.(ts|tsx|mjs|cjs|sql|prisma)$/.test(entry.name) ? [path] : [];
  });
const pages = ['.', 'docs', 'docs/decisions', 'bench/report'].flatMap(inFolder);

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

const records = inFolder('docs/decisions').filter((page) => /\/\d{4}-/.test(page));
const numberOf = (record) => record.split('/').at(-1).slice(0, 4);

it('the list of decisions names each of them once, under an area', () => {
  const index = readFileSync(join(root, 'docs/decisions/README.md'), 'utf8');
  const [, ...areas] = index.split(/^## /m);
  const listed = areas.flatMap((area) => [...area.matchAll(/\((\d{4}-[^)]+)\)/g)]);
  expect(records.length).toBeGreaterThan(0);
  expect(listed.map(([, file]) => `docs/decisions/${file}`).toSorted()).toEqual(records.toSorted());
});

it.each(records)('%s says at its head whether it holds', (record) => {
  const [title, gap, status] = readFileSync(join(root, record), 'utf8').split('\n');
  expect(title).toMatch(new RegExp(`^# ${numberOf(record)} `));
  expect(gap).toBe('');
  expect(status).toMatch(/^\*\*Status\.\*\* (Holds|Dropped|Replaced by \[\d{4}\])/);
});

it('code names only decisions that exist', () => {
  const numbers = new Set(records.map(numberOf));
  const named = sourceFiles().flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/docs\/decisions\/(\d+)/g)].map(([, number]) => ({
      file: relative(root, file),
      number,
    })),
  );
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter(({ number }) => !numbers.has(number))).toEqual([]);
});

it('the README shows only npm commands that exist', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const shown = readBlocks(join(root, 'README.md')).flatMap(({ text }) => [
    ...text.matchAll(/^npm (?:run )?([\w:-]+)/gm),
  ]);
  expect(shown.length).toBeGreaterThan(0);
  for (const [, name] of shown) expect(scripts).toHaveProperty(name);
});
