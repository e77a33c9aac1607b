// Generates the Prisma client when schema or Prisma version changed since the last time.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const require = createRequire(path.join(root, 'packages/platform/package.json'));
const output = path.join(root, 'packages/platform/src/generated/prisma');
const stampFile = path.join(output, '.stamp');
const lock = path.join(root, 'packages/platform/src/generated/.lock');
const LOCK_STALE_MS = 120_000;

const prismaPackage = require.resolve('prisma/package.json');
const { version } = JSON.parse(readFileSync(prismaPackage, 'utf8'));

function currentStamp() {
  const hash = createHash('sha256');
  for (const file of ['prisma/schema.prisma', 'prisma/prisma.config.ts']) {
    hash.update(readFileSync(path.join(root, file)));
  }
  return hash.update(version).digest('hex');
}

const isFresh = (stamp) => existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;

/** Two builds at once must not write the same files: the second waits and finds them fresh. */
function acquireLock() {
  mkdirSync(path.dirname(lock), { recursive: true });
  for (;;) {
    try {
      mkdirSync(lock);
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    try {
      if (Date.now() - statSync(lock).mtimeMs > LOCK_STALE_MS) rmSync(lock, { recursive: true });
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
}

export function generatePrisma() {
  const stamp = currentStamp();
  if (isFresh(stamp)) return;
  acquireLock();
  try {
    if (isFresh(stamp)) return;
    rmSync(output, { recursive: true, force: true });
    const cli = path.join(path.dirname(prismaPackage), 'build/index.js');
    const run = spawnSync(
      process.execPath,
      [cli, 'generate', '--no-hints', '--config', 'prisma/prisma.config.ts'],
      { cwd: root, encoding: 'utf8' },
    );
    if (run.status !== 0) {
      throw new Error(`The Prisma client could not be generated:\n${run.stdout}${run.stderr}`);
    }
    writeFileSync(stampFile, stamp);
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) generatePrisma();
