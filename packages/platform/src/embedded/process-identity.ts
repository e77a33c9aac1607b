import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';

const BOOT_FILE = '/proc/sys/kernel/random/boot_id';

/** The fields of /proc/<pid>/stat behind "pid (name)"; the name may hold anything, brackets too. */
function statFields(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/** Whether a process runs; one that ended and waits for its parent to notice does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return statFields(pid)?.[0] !== 'Z';
}

/**
 * When a process began, in words that no later process with its number can have; '' where nobody
 * tells.
 */
export function startOf(pid: number): string {
  if (existsSync(BOOT_FILE)) {
    const begun = statFields(pid)?.[19];
    return begun === undefined ? '' : `${readFileSync(BOOT_FILE, 'utf8').trim()} ${begun}`;
  }
  if (process.platform === 'win32') return '';
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

/** Which folder a path leads to, whatever it is called: a copy is another one, a move is not. */
export function folderIdentity(folder: string): string {
  const { dev, ino } = statSync(folder, { bigint: true });
  return `${dev}:${ino}`;
}

/** Whether the working directory of a process is this folder; null where nobody tells. */
export function worksIn(pid: number, folder: string): boolean | null {
  try {
    return folderIdentity(`/proc/${pid}/cwd/.`) === folderIdentity(folder);
  } catch {
    return null;
  }
}
