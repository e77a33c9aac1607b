import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { LaunchFailure } from './failure.mjs';
import { isProcess, signalGroup } from './processes.mjs';
import { say } from './progress.mjs';

const NEEDED_BYTES = 500 * 1024 ** 2;
const MEGABYTE = 1024 ** 2;
const SECRET_BYTES = 32;

/** @throws LaunchFailure when the disk of a folder has too little space left */
export function checkDisk(folder, neededBytes = NEEDED_BYTES) {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free >= neededBytes) return;
  throw new LaunchFailure(
    `The disk of ${folder} has ${Math.floor(free / MEGABYTE)} MB left and Dubio needs ${Math.ceil(neededBytes / MEGABYTE)}: free some space, or choose a folder on another disk with --data-dir.`,
  );
}

function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // Missing, or cut off by a crash in the middle of writing: nobody can be named.
    return null;
  }
}

/** What a killed run left running would hold the port and the folder. */
function endLeftovers(children) {
  for (const { pid, script } of children) {
    if (!isProcess(pid, script)) continue;
    say(`ending a process that the last run left behind (${pid})`);
    signalGroup(pid, 'SIGKILL');
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
  open({ script, url }) {
    makeFolder(this.dir);
    checkDisk(this.dir);
    const held = readLock(this.#lockFile);
    if (held !== null && held.pid !== process.pid && isProcess(held.pid, held.script)) {
      throw new LaunchFailure(
        `Dubio runs on ${this.dir} already (process ${held.pid}, ${held.url}): use that one, stop it with Ctrl-C, or choose another folder with --data-dir.`,
      );
    }
    if (held !== null) endLeftovers(held.children ?? []);
    rmSync(this.#lockFile, { force: true });
    this.#owner = { pid: process.pid, script, url, children: [] };
    try {
      writeFileSync(this.#lockFile, JSON.stringify(this.#owner), { flag: 'wx', mode: 0o600 });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      throw new LaunchFailure(`Another Dubio is just starting on ${this.dir}: use that one.`);
    }
  }

  /** Notes what runs, so that the next start can end it after a kill -9. */
  noteChildren(children) {
    if (this.#owner === undefined) return;
    this.#owner.children = children;
    const fresh = `${this.#lockFile}.${process.pid}`;
    writeFileSync(fresh, JSON.stringify(this.#owner), { mode: 0o600 });
    renameSync(fresh, this.#lockFile);
  }

  close() {
    if (this.#owner === undefined) return;
    this.#owner = undefined;
    rmSync(this.#lockFile, { force: true });
  }

  /** The secret of this installation, made once. */
  secret() {
    const file = path.join(this.dir, 'secret');
    if (!existsSync(file)) {
      writeFileSync(file, randomBytes(SECRET_BYTES).toString('hex'), { mode: 0o600, flush: true });
    }
    return readFileSync(file, 'utf8').trim();
  }

  folder(name) {
    const folder = path.join(this.dir, name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }
}
