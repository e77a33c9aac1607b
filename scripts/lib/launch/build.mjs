import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LaunchFailure } from './failure.mjs';
import { runCommand } from './run-command.mjs';

export const APPS = ['api', 'worker', 'web'];
const OUTPUTS = [
  ...['apps/api/dist/main.js', 'apps/worker/dist/main.js', 'apps/web/.next/BUILD_ID'],
  'packages/sdk/dist/cli/main.js',
];
const SKIPPED_FOLDERS = new Set([
  ...['node_modules', 'dist', '.next', '.turbo', 'coverage', 'generated', 'test', 'demo'],
]);
const SKIPPED_FILES = /(\.test\.tsx?|\.tsbuildinfo|\.md|next-env\.d\.ts)$/;
const TOP_FILES = ['package-lock.json', 'tsconfig.base.json', 'turbo.json'];

function* sources(folder) {
  const entries = readdirSync(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!SKIPPED_FOLDERS.has(entry.name)) yield* sources(full);
    } else if (!SKIPPED_FILES.test(entry.name)) yield full;
  }
}

/** A hash of everything the build reads. */
function hashSources(root) {
  const hash = createHash('sha256');
  const folders = ['packages', 'apps', 'prisma'].flatMap((name) => [
    ...sources(path.join(root, name)),
  ]);
  for (const file of [...TOP_FILES.map((name) => path.join(root, name)), ...folders]) {
    hash.update(path.relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

const stampFile = (root) => path.join(root, 'node_modules/.cache/dubio/build');

function isBuilt(root, hash) {
  const stamp = stampFile(root);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hash && missingOutput(root) === null;
}

const missingOutput = (root) =>
  OUTPUTS.find((output) => !existsSync(path.join(root, output))) ?? null;

export async function runTurbo(root, title, filters) {
  const turbo = path.join(root, 'node_modules/turbo/bin/turbo');
  const command = [
    process.execPath,
    turbo,
    'run',
    'build',
    '--no-daemon',
    '--output-logs=new-only',
  ];
  await runCommand(title, [...command, ...filters.map((name) => `--filter=${name}`)], {
    cwd: root,
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', NEXT_TELEMETRY_DISABLED: '1' },
    sentence: 'The build failed; this is what it said:',
  });
}

/** Builds API, workers, web and the command line when a source changed since the last time. */
export async function buildIfStale(root, { build }) {
  if (!build) {
    const missing = missingOutput(root);
    if (missing === null) return;
    throw new LaunchFailure(`${missing} is not there: start once without --no-build.`);
  }
  const hash = hashSources(root);
  if (isBuilt(root, hash)) return;
  await runTurbo(
    root,
    'building, a minute or two the first time',
    // The command line too: it is the first thing that the quick start asks for.
    [...APPS, 'sdk'].map((name) => `@dubio/${name}`),
  );
  mkdirSync(path.dirname(stampFile(root)), { recursive: true });
  writeFileSync(stampFile(root), hash);
}
