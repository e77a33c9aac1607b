import { spawn } from 'node:child_process';
import path from 'node:path';

const REAPER = path.join(import.meta.dirname, 'reaper.mjs');
/** Programs that hear of the launcher's end get ten seconds to leave by themselves. */
const PATIENCE_MS = 12_000;
const AGAIN_MS = 1000;

/** Keeps a small process that ends the programs of this launcher should it be killed. */
export class ReaperLink {
  #folder;
  #patienceMs;
  #child = null;
  #children = [];
  #closed = false;

  constructor(folder, patienceMs = PATIENCE_MS) {
    this.#folder = folder;
    this.#patienceMs = patienceMs;
    this.#start();
  }

  /** Tells what runs now. */
  note(children) {
    this.#children = children;
    this.#send({ children, isClean: false });
  }

  /** Everything was stopped in order: there is nothing to end. */
  close() {
    this.#closed = true;
    this.#send({ children: [], isClean: true });
    this.#child?.stdin.end();
  }

  #send(note) {
    this.#child?.stdin.write(`${JSON.stringify(note)}\n`);
  }

  #start() {
    const args = [REAPER, this.#folder, String(process.pid), String(this.#patienceMs)];
    const child = spawn(process.execPath, args, {
      cwd: path.parse(process.cwd()).root,
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.#child = child;
    child.stdin.on('error', () => {});
    child.once('error', () => {});
    child.once('exit', () => {
      this.#child = null;
      if (!this.#closed) setTimeout(() => this.#closed || this.#start(), AGAIN_MS).unref();
    });
    child.unref();
    this.note(this.#children);
  }
}
