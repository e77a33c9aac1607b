// Starts the product as a person would, waits for the ready line, asks it for a page and for its
// health, presses Ctrl-C, and makes sure that nothing is left behind.
//   node scripts/lib/ready-check.mjs [--port 3100]
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { port: { type: 'string', default: '3100' } } });
const root = fileURLToPath(new URL('../..', import.meta.url));
const dataDir = join(mkdtempSync(join(tmpdir(), 'dubio-ready-')), 'data');
const READY = /Dubio is ready: (http:\/\/\S+)/;
const LIMIT_MS = 6 * 60_000;

/** Processes that still name the data folder in their command line or their environment. */
function leftBehind() {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
    try {
      const read = (file) => readFileSync(join('/proc', pid, file), 'utf8');
      if (/^State:\s+Z/m.test(read('status'))) return false;
      return read('cmdline').includes(dataDir) || read('environ').includes(dataDir);
    } catch {
      return false;
    }
  });
}

const since = performance.now();
const seconds = () => `${((performance.now() - since) / 1000).toFixed(1)} s`;
const args = ['scripts/start.mjs', '--port', values.port, '--data-dir', dataDir, '--workers', '1'];
const product = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
const ended = new Promise((resolve) =>
  product.on('exit', (code, signal) => resolve({ code, signal })),
);
const limit = setTimeout(() => product.kill('SIGTERM'), LIMIT_MS);

const url = await new Promise((resolve) => {
  let said = '';
  product.stdout.on('data', (data) => {
    process.stdout.write(data);
    said += data;
    const ready = READY.exec(said);
    if (ready) resolve(ready[1]);
  });
  ended.then(() => resolve(undefined));
});
const problems = [];
if (!url) problems.push('it ended before it was ready');
else {
  console.log(`Ready after ${seconds()} on Node ${process.versions.node}.`);
  const health = await fetch(new URL('/api/v1/health/ready', url));
  if (!health.ok) problems.push(`its health answers ${health.status}`);
  const page = await fetch(url);
  if (!page.ok) problems.push(`its page answers ${page.status}`);
  product.kill('SIGINT');
  const { code, signal } = await ended;
  if (code !== 0 && code !== 130 && signal !== 'SIGINT') {
    problems.push(`after Ctrl-C it ended with ${signal ?? `exit code ${code}`}`);
  }
  const left = leftBehind();
  if (left.length > 0) problems.push(`processes ${left.join(', ')} were left behind`);
}
clearTimeout(limit);
rmSync(join(dataDir, '..'), { recursive: true, force: true });
for (const problem of problems)
  console.error(`Start to ready on Node ${process.versions.node}: ${problem}.`);
if (problems.length === 0) console.log(`Ready, asked, stopped: ${seconds()}.`);
process.exit(problems.length === 0 ? 0 : 1);
