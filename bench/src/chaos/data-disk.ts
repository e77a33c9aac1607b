import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** Memory is taken only as far as it is filled; the launcher asks for half a gigabyte of room, and an
 * hour of rounds fills some. */
const SIZE_BYTES = 8 * 1024 ** 3;
const SLACK_BYTES = 64 * 1024;
const MOST_SLACK_BYTES = 16 * 1024 ** 2;

/** A folder for the product's data on a disk of its own, which can be full for a while. */
export type DataDisk = {
  readonly dir: string;
  /** Why this disk cannot be filled, or null. */
  readonly why: string | null;
  /** Takes all room away. */
  fill(): void;
  /** Gives the room back. */
  empty(): void;
  remove(): void;
};

const run = (program: string, args: string[]): string | null => {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  return status === 0 ? null : (error?.message ?? stderr.trim());
};

/** A small file system in memory where one may be mounted, a plain folder elsewhere. */
export async function makeDataDisk(wanted: boolean): Promise<DataDisk> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'dubio-chaos-'));
  // Started by root, the database runs as somebody else, who has to pass through.
  await chmod(folder, 0o711);
  const failed = wanted
    ? run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_BYTES},mode=0711`, 'tmpfs', folder])
    : 'it was not asked for';
  const resize = (bytes: number) => run('mount', ['-o', `remount,size=${bytes}`, folder]);
  return {
    dir: path.join(folder, 'data'),
    why: failed,
    fill() {
      let why: string | null = null;
      // More may be written between the look and the new size, which then is too small to be taken.
      for (let slack = 0; slack < MOST_SLACK_BYTES; slack += SLACK_BYTES) {
        const { blocks, bfree, bsize } = statfsSync(folder);
        why = resize((blocks - bfree) * bsize + slack);
        if (why === null) return;
      }
      throw new Error(`The disk could not be filled: ${why}`);
    },
    empty() {
      const why = resize(SIZE_BYTES);
      if (why !== null) throw new Error(`The disk could not be emptied: ${why}`);
    },
    remove() {
      if (failed === null) run('umount', ['-l', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
