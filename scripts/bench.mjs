#!/usr/bin/env node
// `npm run bench -- <name> [options] --out FILE.json`: builds what is stale and runs one bench.
// Nothing here may import a package at the top: there may be none yet.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTurbo } from './lib/launch/build.mjs';
import { installDependencies } from './lib/launch/install.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const argv = process.argv.slice(2);

await installDependencies(root);
if (process.env.DUBIO_BENCH_BUILD !== 'no') {
  await runTurbo(root, 'building what changed', ['@dubio/bench...']);
}
const child = spawn(process.execPath, [join(root, 'bench', 'dist', 'main.js'), ...argv], {
  stdio: 'inherit',
  cwd: process.env.INIT_CWD ?? root,
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
