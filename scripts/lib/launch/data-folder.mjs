import { mkdirSync, readFileSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LaunchFailure } from './failure.mjs';
import {
  folderIdentity,
  isSame,
  killOne,
  listOfFolder,
  noteOf,
  signalGroup,
} from './processes.mjs';
import { say } from './progress.mjs';

const NEEDED_BYTES = 500 * 1024 ** 2;
const MEGABYTE = 1024 ** 2;
const FULL_BYTES = 16 * MEGABYTE;
const END_MS = 5000;
const LOOK_MS = 50;

/** @throws LaunchFailure when the disk of a folder has too little space left */
export function checkDisk(folder, neededBytes = NEEDED_BYTES) {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free >= neededBytes) return;
  throw new LaunchFailure(
    `The disk of ${folder} has ${Math.floor(free / MEGABYTE)} MB left and Dubio needs ${Math.ceil(neededBytes / MEGABYTE)}: free some space, or choose a folder on another disk with --data-dir.`,
  );
}

/** The sentence for a disk that is full by now, or null. */
export function isDiskFull(folder) {
  try {
    const { bavail, bsize } = statfsSync(folder);
    if (bavail * bsize >= FULL_BYTES) return null;
  } catch {
    return null;
  }
  return `The disk of ${folder} is full: free some space on it; everything goes on by itself then.`;
}

/** What a launcher noted about itself and this very folder: a lock that was copied is nobody's. */
function readLock(file, dir) {
  try {
    const held = JSON.parse(readFileSync(file, 'utf8'));
    return held.folder === undefined || held.folder === folderIdentity(dir) ? held : null;
  } catch {
    // Missing, or cut off by a crash in the middle of writing: nobody can be named.
    return null;
  }
}

/** What a killed run left running would hold the port and the folder. */
async function endLeftovers(dir, noted) {
  const list = () => [
    ...noted.filter(isSame),
    ...listOfFolder(dir).filter(({ launcher }) => launcher !== process.pid),
  ];
  const giveUpAt = performance.now() + END_MS;
  const told = new Set();
  for (let left = list(); left.length > 0 && performance.now() < giveUpAt; left = list()) {
    for (const { pid } of left) {
      if (!told.has(pid)) say(`ending a process that the last run left behind (${pid})`);
      told.add(pid);
      // A member of a group answers for itself when its leader is gone.
      signalGroup(pid, 'SIGKILL');
      killOne(pid);
    }
    await sleep(LOOK_MS);
  }
}

function makeFolder(dir) {
  try {
    // Passable, not readable: the embedded Postgres may run as another user.
    mkdirSync(dir, { recursive: true, mode: 0o711 });
  } catch (error) {
    throw new LaunchFailure(
      `The folder ${dir} cannot be made (${error.code}): choose another one with --data-dir.`,
    );
  }
}

/** The folder of one installation: opened by one launcher at a time. */
export class DataFolder {
  #lockFile;
  #owner;

  constructor(dir) {
    this.dir = dir;
    this.#lockFile = path.join(dir, 'lock');
  }

  /** @throws LaunchFailure when another launcher has it open */
  async open({ script, url }) {
    makeFolder(this.dir);
    checkDisk(this.dir);
    const held = readLock(this.#lockFile, this.dir);
    if (held !== null && held.pid !== process.pid && isSame(held)) {
      throw new LaunchFailure(
        `Dubio runs on ${this.dir} already (process ${held.pid}, ${held.url}): use that one, stop it with Ctrl-C, or choose another folder with --data-dir.`,
      );
    }
    rmSync(this.#lockFile, { force: true });
    const folder = folderIdentity(this.dir);
    this.#owner = { ...noteOf(process.pid, script), folder, url, children: [] };
    try {
      writeFileSync(this.#lockFile, JSON.stringify(this.#owner), { flag: 'wx', mode: 0o600 });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      throw new LaunchFailure(`Another Dubio is just starting on ${this.dir}: use that one.`);
    }
    // The folder is ours from here on: whatever else works on it was left behind.
    await endLeftovers(this.dir, held?.children ?? []);
  }

  /** Notes what runs, so that the next start can end it after a kill -9. */
  noteChildren(children) {
    if (this.#owner === undefined) return;
    this.#owner.children = children;
    const fresh = `${this.#lockFile}.${process.pid}`;
    try {
      writeFileSync(fresh, JSON.stringify(this.#owner), { mode: 0o600 });
      renameSync(fresh, this.#lockFile);
    } catch (error) {
      // A full disk: the programs run on, and the next start finds them by other means too.
      rmSync(fresh, { force: true });
      say(`what runs could not be noted in ${this.#lockFile} (${error.code})`);
    }
  }

  close() {
    if (this.#owner === undefined) return;
    this.#owner = undefined;
    rmSync(this.#lockFile, { force: true });
  }

  folder(name) {
    const folder = path.join(this.dir, name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }
}
