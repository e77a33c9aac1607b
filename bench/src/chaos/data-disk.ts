import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** Memory is taken only as far as it is filled; the launcher asks for half a gigabyte of room. */
const SIZE_BYTES = 3 * 1024 ** 3;

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
  const resize = (bytes: number) => {
    const why = run('mount', ['-o', `remount,size=${bytes}`, folder]);
    if (why !== null) throw new Error(`The disk could not be made ${bytes} bytes large: ${why}`);
  };
  return {
    dir: path.join(folder, 'data'),
    why: failed,
    fill() {
      const { blocks, bfree, bsize } = statfsSync(folder);
      resize((blocks - bfree) * bsize);
    },
    empty: () => resize(SIZE_BYTES),
    remove() {
      if (failed === null) run('umount', ['-l', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
