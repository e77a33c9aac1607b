import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const POLL_MS = 50;
const NAMELESS_STALE_MS = 2000;

/** A process that ended but whose parent has not noticed yet still has its number. */
function isZombie(pid: number): boolean {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return false;
  // "pid (name) state …"; the name may hold anything, brackets too.
  const stat = readFileSync(file, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return !isZombie(pid);
}

/** Whether the owner of a lock folder is gone: dead, or killed before it wrote its name. */
function isStale(lock: string): boolean {
  try {
    const pid = Number(readFileSync(path.join(lock, 'pid'), 'utf8'));
    if (pid > 0) return !isAlive(pid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  try {
    return Date.now() - statSync(lock).mtimeMs > NAMELESS_STALE_MS;
  } catch {
    return false;
  }
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
  const giveUpAt = Date.now() + waitMs;
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (isStale(lock)) {
      rmSync(lock, { recursive: true, force: true });
    } else if (Date.now() > giveUpAt) {
      throw new Error(`Another process holds ${lock}. If none is running, delete that folder.`);
    } else {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
  writeFileSync(path.join(lock, 'pid'), String(process.pid));
  try {
    return await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}
