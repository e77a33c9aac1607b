// Fails when package-lock.json would be refused by `npm ci`: on another platform, or because a
// package.json changed and the lock did not.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listWorkspaces } from './lib/workspaces.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const problems = [];

// npm, run beside an installed tree, forgets optional packages of other platforms
// (@turbo/darwin-64).
const inNodeModules = /^.*node_modules\//;
const present = new Set(Object.keys(packages).map((path) => path.replace(inNodeModules, '')));
for (const [path, entry] of Object.entries(packages)) {
  for (const [name, range] of Object.entries({
    ...entry.dependencies,
    ...entry.optionalDependencies,
  })) {
    if (present.has(name)) continue;
    const who = path.replace(inNodeModules, '') || 'the root';
    problems.push(`${who} wants ${name}@${range}, which the lock file does not contain`);
  }
  if (path.includes('node_modules/') && !entry.link && !entry.integrity && !entry.inBundle) {
    problems.push(`${path} has no integrity hash`);
  }
}

const KINDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
const manifests = [
  { path: '', manifest: JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) },
  ...listWorkspaces(root).map(({ dir, manifest }) => ({
    path: dir.slice(root.length).replaceAll('\\', '/'),
    manifest,
  })),
];
for (const { path, manifest } of manifests) {
  for (const kind of KINDS) {
    const wanted = manifest[kind] ?? {};
    const locked = packages[path]?.[kind] ?? {};
    for (const name of new Set([...Object.keys(wanted), ...Object.keys(locked)])) {
      if (wanted[name] === locked[name]) continue;
      const where = `${path || '.'}/package.json`;
      problems.push(
        `${where} says ${name}@${wanted[name] ?? 'nothing'}, the lock file ${locked[name] ?? 'nothing'}`,
      );
    }
    // An exact version is what was tested; a range is whatever was there on the day of the install.
    if (kind === 'peerDependencies') continue;
    for (const [name, range] of Object.entries(wanted)) {
      if (!/^(npm:[^@]+@)?\d+\.\d+\.\d+/.test(range))
        problems.push(`${path || '.'}: ${name}@${range} is not an exact version`);
    }
  }
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) {
  console.error(
    `\n${problems.length} problems. Run scripts/refresh-lock.sh; where a package is still missing, pin its parent one release lower.`,
  );
  process.exit(1);
}
console.log(`package-lock.json is complete: ${present.size} packages.`);
