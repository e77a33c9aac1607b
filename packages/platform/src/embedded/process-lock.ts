import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { folderIdentity, isAlive, startOf } from './process-identity.js';

const POLL_MS = 50;
const NAMELESS_STALE_MS = 2000;

/** The name of an owner: its number, when it began, and the lock it was written into. */
const nameOf = (pid: number, lock: string): string =>
  [pid, startOf(pid), folderIdentity(lock)].join('\n');

/**
 * Whether the owner of a lock folder is gone: dead, its number taken by another process, killed
 * before it wrote its name, or the owner of the folder that this one is a copy of.
 */
function isStale(lock: string): boolean {
  try {
    const name = readFileSync(path.join(lock, 'pid'), 'utf8');
    const pid = Number(name.split('\n')[0]);
    if (pid > 0) return !isAlive(pid) || (name.includes('\n') && name !== nameOf(pid, lock));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  try {
    return Date.now() - statSync(lock).mtimeMs > NAMELESS_STALE_MS;
  } catch {
    return false;
  }
}

/** Whole or not at all: half a name would be taken for somebody else's. */
function writeName(lock: string): void {
  const fresh = path.join(lock, 'pid.new');
  writeFileSync(fresh, nameOf(process.pid, lock));
  renameSync(fresh, path.join(lock, 'pid'));
}

/**
 * Runs `work` while no other process runs work under the same lock folder; a dead owner's lock is
 * taken over.
 */
export async function withProcessLock<T>(
  lock: string,
  waitMs: number,
  work: () => Promise<T>,
): Promise<T> {
  const giveUpAt = performance.now() + waitMs;
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (isStale(lock)) {
      rmSync(lock, { recursive: true, force: true });
    } else if (performance.now() > giveUpAt) {
      throw new Error(`Another process holds ${lock}. If none is running, delete that folder.`);
    } else {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
  try {
    writeName(lock);
    return await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}
