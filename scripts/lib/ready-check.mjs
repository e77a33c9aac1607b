// Starts the product as a person would on a fresh clone, where nothing is built: copies what is
// tracked, starts, waits for the ready line, asks for a page, for its health and for the command
// line, presses Ctrl-C, and makes sure that nothing is left behind. Dependencies are linked.
//   node scripts/lib/ready-check.mjs [--port 3100]
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as setTimeoutAsync } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runProduct } from './running-product.mjs';

const { values } = parseArgs({ options: { port: { type: 'string', default: '3100' } } });
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'dubio-ready-'));
const clone = join(folder, 'clone');
const dataDir = join(folder, 'data');
const LIMIT_MS = 15 * 60_000;
/** A child that sees its parent gone needs a moment to end as well. */
const ENDING_MS = 10_000;

/** Processes that still name the data folder in their command line or their environment. */
function running() {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return [];
    try {
      const read = (file) => readFileSync(join('/proc', pid, file), 'utf8');
      if (/^State:\s+Z/m.test(read('status'))) return [];
      const command = read('cmdline').replaceAll('\0', ' ').trim();
      const ours = command.includes(dataDir) || read('environ').includes(dataDir);
      return ours ? [`${pid} (${command.slice(0, 200)})`] : [];
    } catch {
      return [];
    }
  });
}

async function leftBehind() {
  const until = performance.now() + ENDING_MS;
  while (running().length > 0 && performance.now() < until) await setTimeoutAsync(50);
  return running();
}

/** What a clone has, and beside it what `npm ci` has put there. */
function cloneInto(place) {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const files = execFileSync('git', list, { cwd: root, maxBuffer: 1 << 26 })
    .toString()
    .split('\0');
  for (const file of files.filter((name) => name !== '' && existsSync(join(root, name))))
    cpSync(join(root, file), join(place, file), { verbatimSymlinks: true });
  const workspaces = [
    ...new Set(files.filter((name) => name.endsWith('package.json')).map(dirname)),
  ];
  for (const workspace of workspaces) {
    const from = join(root, workspace, 'node_modules');
    if (existsSync(from)) execFileSync('cp', ['-al', from, join(place, workspace, 'node_modules')]);
  }
  rmSync(join(place, 'node_modules/.cache'), { recursive: true, force: true });
}

cloneInto(clone);
const since = performance.now();
const seconds = () => `${((performance.now() - since) / 1000).toFixed(1)} s`;
const { link, stop } = await runProduct(
  clone,
  ['--port', values.port, '--data-dir', dataDir, '--workers', '1'],
  { limitMs: LIMIT_MS },
);
const problems = [];
if (!link) problems.push('it ended before it was ready');
else {
  console.log(`Ready after ${seconds()} on Node ${process.versions.node}.`);
  const health = await fetch(new URL('/api/v1/health/ready', link));
  if (!health.ok) problems.push(`its health answers ${health.status}`);
  const page = await fetch(link);
  if (!page.ok) problems.push(`its page answers ${page.status}`);
  const help = spawnSync('npx', ['dubio', '--help'], { cwd: clone, encoding: 'utf8' });
  if (!/^Usage: dubio/m.test(help.stdout)) problems.push(`npx dubio says: ${help.stderr}`);
  const { code, signal } = await stop();
  if (code !== 0 && code !== 130 && signal !== 'SIGINT') {
    problems.push(`after Ctrl-C it ended with ${signal ?? `exit code ${code}`}`);
  }
  const left = await leftBehind();
  if (left.length > 0) problems.push(`processes ${left.join(', ')} were left behind`);
}
rmSync(folder, { recursive: true, force: true });
for (const problem of problems)
  console.error(`Start to ready on Node ${process.versions.node}: ${problem}.`);
if (problems.length === 0) console.log(`Ready, asked, stopped: ${seconds()}.`);
process.exit(problems.length === 0 ? 0 : 1);
