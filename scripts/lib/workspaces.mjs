// The workspaces of this repository, in the order in which they stand on each other.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const TEST_FILE = /\.test\.(ts|tsx|mjs)$/;
const SKIPPED = new Set(['node_modules', 'dist', '.next', '.turbo']);

const hasActiveTests = (dir) =>
  existsSync(dir) &&
  readdirSync(dir, { withFileTypes: true }).some((entry) =>
    entry.isDirectory()
      ? !SKIPPED.has(entry.name) && hasActiveTests(join(dir, entry.name))
      : TEST_FILE.test(entry.name),
  );

/** Every workspace as { name, dir, manifest }. */
export function listWorkspaces(root) {
  const folders = ['packages', 'apps'].flatMap((parent) =>
    readdirSync(join(root, parent))
      .sort()
      .map((name) => join(root, parent, name)),
  );
  return [...folders, join(root, 'bench')]
    .filter((dir) => existsSync(join(dir, 'package.json')))
    .map((dir) => {
      const manifest = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'));
      return { name: manifest.name, dir, manifest };
    });
}

/** Those with tests, and the repository itself: its scripts, deploy files and documents. */
export function listTestable(root, only) {
  const all = [
    { name: 'repository', dir: root },
    ...listWorkspaces(root).filter((one) => hasActiveTests(one.dir)),
  ];
  if (!only) return all;
  return only.map((wanted) => {
    const found = all.find((one) => one.name === wanted || one.name === `@dubio/${wanted}`);
    if (found) return found;
    throw new Error(
      `Expected one of ${all.map((one) => one.name).join(', ')}, got --workspace ${wanted}.`,
    );
  });
}
