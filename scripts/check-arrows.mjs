// Checks which part of the repository may import which (.dependency-cruiser.cjs), and that there
// was something to check: a graph that lost its arrows has no forbidden ones either.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';

const root = fileURLToPath(new URL('..', import.meta.url));
const rules = createRequire(import.meta.url)('../.dependency-cruiser.cjs');
const PARTS = [
  'packages/contracts/src',
  'packages/bayes-core/src',
  'packages/active-learning/src',
  'packages/platform/src',
  'packages/labelling/src',
  'packages/sdk/src',
  'apps/api/src',
  'apps/worker/src',
  'apps/web/src',
  'bench/src',
];
/** Arrows that the house stands on. When one of them is not seen, the check is blind. */
const MUST_SEE = [
  ['apps/web/', 'packages/contracts/'],
  ['apps/api/', 'packages/platform/'],
  ['apps/api/', 'packages/contracts/'],
  ['apps/api/', 'packages/labelling/'],
  ['apps/worker/', 'packages/labelling/'],
  ['apps/worker/', 'packages/platform/'],
  ['packages/labelling/', 'packages/platform/'],
  ['apps/worker/', 'packages/bayes-core/'],
  ['apps/worker/', 'packages/active-learning/'],
  ['packages/active-learning/', 'packages/bayes-core/'],
  ['packages/platform/', 'packages/contracts/'],
  ['packages/bayes-core/src/nn/', 'packages/bayes-core/src/graph/'],
];
const LEAST_MODULES = 150;

/**
 * The files below some folders, what they import, and what of it is forbidden.
 * @see docs/decisions/0072
 */
export async function readArrows(baseDir, folders) {
  const { forbidden, options } = rules;
  const { output } = await cruise(folders, {
    ...options,
    ruleSet: { forbidden },
    validate: true,
    baseDir,
  });
  return output;
}

/** Arrows that should be there and are not. */
export function findMissing(modules, wanted) {
  const seen = ([from, to]) =>
    modules.some(
      (module) =>
        module.source.startsWith(from) &&
        module.dependencies.some((one) => one.resolved.startsWith(to)),
    );
  return wanted.filter((arrow) => !seen(arrow));
}

async function main() {
  const { modules, summary } = await readArrows(
    root,
    PARTS.filter((part) => existsSync(join(root, part))),
  );
  for (const { rule, from, to, cycle } of summary.violations) {
    const path = cycle ? cycle.map((one) => one.name).join(' -> ') : to;
    const why = rules.forbidden.find((one) => one.name === rule.name)?.comment;
    console.error(`${from} -> ${path}\n    ${rule.name}: ${why}`);
  }
  const missing = findMissing(modules, MUST_SEE);
  for (const [from, to] of missing) {
    console.error(`Expected an import from ${from} into ${to}, saw none. Is everything built?`);
  }
  const ours = modules.filter((module) => PARTS.some((part) => module.source.startsWith(part)));
  if (ours.length < LEAST_MODULES) {
    console.error(`Expected at least ${LEAST_MODULES} files to look at, got ${ours.length}.`);
  }
  if (summary.violations.length + missing.length > 0 || ours.length < LEAST_MODULES)
    process.exit(1);
  const arrows = ours.reduce((sum, module) => sum + module.dependencies.length, 0);
  console.log(`${ours.length} files, ${arrows} imports, none against the arrows.`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
