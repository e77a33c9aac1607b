import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What the processes of one data folder are to the product. */
export type Role = 'launcher' | 'api' | 'worker' | 'web' | 'compute' | 'postmaster' | 'backend';

export type Found = { readonly pid: number; readonly role: Role | 'other' };

type Entry = { readonly pid: number; readonly parent: number; readonly command: string };

const readOr = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Gone meanwhile, or another user's.
    return '';
  }
};

function roleOf(command: string): Role | 'other' {
  if (command.includes('scripts/start.mjs')) return 'launcher';
  if (command.includes('compute-child.js')) return 'compute';
  if (command.includes('apps/api/dist/main.js')) return 'api';
  if (command.includes('apps/worker/dist/main.js')) return 'worker';
  if (/next\/dist\/bin\/next|next-server/.test(command)) return 'web';
  return 'other';
}

function readEntry(pid: number): Entry | null {
  const status = readOr(`/proc/${pid}/status`);
  // What has ended and only waits for its parent to notice is gone.
  if (status === '' || /^State:\s+[ZX]/m.test(status)) return null;
  const parent = Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  return { pid, parent, command: readOr(`/proc/${pid}/cmdline`).replaceAll('\0', ' ') };
}

/**
 * Every process that belongs to a data folder: what was started with its path, and the Postgres of
 * its cluster with its backends. Linux only.
 */
export function listProcesses(dataDir: string): Found[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const entries = pids.flatMap((name) => readEntry(Number(name)) ?? []);
  const cluster = path.join(dataDir, 'postgres', 'cluster');
  const postmaster = Number(readOr(path.join(cluster, 'postmaster.pid')).split('\n')[0] ?? 0);
  return entries.flatMap(({ pid, parent, command }): Found[] => {
    if (pid === process.pid) return [];
    if (pid === postmaster && command.includes('postgres')) return [{ pid, role: 'postmaster' }];
    if (parent === postmaster && command.startsWith('postgres:')) return [{ pid, role: 'backend' }];
    const words = `${command}\0${readOr(`/proc/${pid}/environ`)}`;
    const isOurs = words.includes(`${dataDir}\0`) || words.includes(`${dataDir} `);
    return isOurs || words.includes(`${dataDir}/`) ? [{ pid, role: roleOf(command) }] : [];
  });
}

/** Sends a signal; answers whether somebody was there to take it. */
export function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
