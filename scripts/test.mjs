#!/usr/bin/env node
// `npm test`: everything, from nothing. Installs and builds what is missing, starts one Postgres
// for the whole run, runs the tests of each workspace, and ends with the line `N passed, N failed`.
// Nothing here may import a package at the top: there may be none yet.
// docs/decisions/0071
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as setTimeoutPromise } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runTurbo } from './lib/launch/build.mjs';
import { installDependencies } from './lib/launch/install.mjs';
import { listTestable } from './lib/workspaces.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const LIMIT_MS = 35 * 60_000;
const DRAIN_MS = 2_000;
/**
 * Two at once: browsers and workers mostly wait, for a page or for each other. Those that take
 * longest begin first, so that none is left over at the end.
 */
const LANES = Math.min(2, availableParallelism());
const LONGEST = ['@dubio/web', '@dubio/worker', '@dubio/bayes-core', 'repository'];

const HELP = `npm test [-- options] [file filters]
  --workspace <name>  only this one, with or without @dubio/ (may be repeated)
  --no-build          the build is known to be fresh`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: {
    workspace: { type: 'string', multiple: true },
    build: { type: 'boolean', default: true },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}

const scratch = mkdtempSync(join(tmpdir(), 'dubio-test-run-'));
const running = new Set();
const totals = { passed: 0, failures: [], skipped: [] };
const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

function answers({ hostname, port }) {
  return new Promise((resolve) => {
    const socket = createConnection({ host: hostname, port: Number(port || 6379) });
    const end = (value) => {
      socket.destroy();
      resolve(value);
    };
    socket.setTimeout(1000, () => end(false));
    socket.on('error', () => end(false));
    socket.on('connect', () => socket.write('PING\r\n'));
    socket.on('data', (data) => end(/^(\+PONG|-NOAUTH)/.test(data.toString())));
  });
}

/** Says what this machine lacks. In CI nothing may be missing, or tests would be skipped unseen. */
async function checkMachine() {
  const redis = new URL(process.env.REDIS_URL || 'redis://127.0.0.1:6379');
  const chromium = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
  const missing = [];
  if (!(await answers(redis))) missing.push(`no Redis answers at ${redis.host} (REDIS_URL)`);
  if (!existsSync(chromium)) missing.push(`there is no Chromium at ${chromium} (CHROMIUM_PATH)`);
  for (const what of missing) {
    console.log(`${process.env.CI ? 'Missing' : 'Tests that need it are skipped'}: ${what}.`);
    if (process.env.CI) totals.failures.push({ name: 'the machine', reason: what });
  }
}

async function startDatabase() {
  if (process.env.DUBIO_TEST_DATABASE_URL) return { url: process.env.DUBIO_TEST_DATABASE_URL };
  const { ensurePostgres } = await import('@dubio/platform');
  // Not made here: Postgres runs as another user when this runs as root, and wants a folder of its
  // own.
  const dir = `${scratch}-postgres`;
  const server = await ensurePostgres({ dir, durable: false });
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Runs one workspace's tests; what is counted is what vitest itself counted. */
function runVitest(workspace, env) {
  const countsFile = join(scratch, `${workspace.name.replaceAll('/', '-')}.json`);
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporter = join(root, 'scripts', 'lib', 'count-reporter.mjs');
  const args = [vitest, 'run', '--reporter=default', `--reporter=${reporter}`, ...positionals];
  if (workspace.dir === root) args.push('--config', join(root, 'scripts', 'vitest.config.mjs'));
  if (positionals.length > 0) args.push('--passWithNoTests');
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: workspace.dir,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      env: { ...process.env, ...env, DUBIO_COUNTS_FILE: countsFile },
    });
    running.add(child);
    // Lines of two workspaces come between each other: each says whose it is.
    const say = (line) => console.log(`${shortName(workspace)} │ ${line}`);
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', say);
    const limit = setTimeout(() => {
      console.log(`${workspace.name} did not end in ${LIMIT_MS / 60_000} minutes and was stopped.`);
      endGroup(child);
    }, LIMIT_MS);
    child.on('error', (error) => console.log(String(error)));
    child.on('exit', async (code) => {
      clearTimeout(limit);
      // A process that a test left behind may hold the pipes for ever.
      await Promise.race([once(child, 'close'), setTimeoutPromise(DRAIN_MS)]);
      running.delete(child);
      const counts = existsSync(countsFile)
        ? JSON.parse(readFileSync(countsFile, 'utf8'))
        : undefined;
      resolve({ code, counts });
    });
  });
}

const shortName = ({ name }) => name.replace('@dubio/', '');

function endGroup(child) {
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}

async function testWorkspace(workspace, env) {
  console.log(`\n▸ ${workspace.name}`);
  const since = performance.now();
  const { code, counts } = await runVitest(workspace, env);
  const { passed = 0, failures = [], skipped = [], broken = [] } = counts ?? {};
  // A process that dies has no failed test to show for it.
  if (failures.length + broken.length === 0 && (code !== 0 || !counts)) {
    broken.push({ name: 'the whole run', reason: `exit code ${code}` });
  }
  const here = (one) => ({ workspace: workspace.name, ...one });
  totals.passed += passed;
  totals.failures.push(...failures.map(here), ...broken.map(here));
  totals.skipped.push(...skipped.map(here));
  const notes = [`${passed} passed`, `${failures.length} failed`];
  if (skipped.length > 0) notes.push(`${skipped.length} skipped`);
  if (broken.length > 0) notes.push(`${broken.length} broken outside of tests (exit code ${code})`);
  console.log(`${workspace.name}: ${notes.join(', ')} (${seconds(since)})`);
}

async function main() {
  await installDependencies(root);
  const workspaces = listTestable(root, values.workspace);
  if (values.build) {
    const only = values.workspace ? workspaces.filter((one) => one.dir !== root) : [];
    await runTurbo(
      root,
      'building what changed',
      only.map((one) => one.name),
    );
  }
  await checkMachine();
  const database = await startDatabase();
  process.once('SIGINT', () => stopEarly(database));
  process.once('SIGTERM', () => stopEarly(database));
  try {
    const env = { DUBIO_TEST_DATABASE_URL: database.url };
    const waiting = longestFirst(workspaces);
    const work = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) await testWorkspace(next, env);
    };
    await Promise.all(Array.from({ length: LANES }, work));
  } finally {
    await database.stop?.();
  }
}

const longestFirst = (workspaces) => {
  const rank = ({ name }) => (LONGEST.includes(name) ? LONGEST.indexOf(name) : LONGEST.length);
  return workspaces.toSorted((a, b) => rank(a) - rank(b));
};

/** One line each, at the end of the output, where a reader of a long log looks first. */
function list(what, tests) {
  if (tests.length === 0) return;
  console.log(`\n${tests.length} ${what}:`);
  for (const { workspace, name, note, reason = note } of tests) {
    console.log(`  ${workspace ? `${workspace}: ` : ''}${name}${reason ? ` (${reason})` : ''}`);
  }
}

async function stopEarly(database) {
  for (const child of running) endGroup(child);
  await database.stop?.();
  rmSync(scratch, { recursive: true, force: true });
  process.exit(130);
}

try {
  await main();
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  totals.failures.push({ name: 'the run', reason });
}
rmSync(scratch, { recursive: true, force: true });
list('skipped', totals.skipped);
list('failed', totals.failures);
console.log(`\n${totals.passed} passed, ${totals.failures.length} failed`);
process.exit(totals.failures.length === 0 ? 0 : 1);
