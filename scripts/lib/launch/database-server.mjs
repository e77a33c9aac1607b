import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { say } from './progress.mjs';

const LOOK_MS = 500;
const TAIL_LINES = 5;
const TAIL_BYTES = 4096;

/**
 * The embedded Postgres as a member of the crew. It may have been started by an earlier launcher,
 * so it is watched by its number and not as a child.
 */
export class DatabaseServer {
  name = 'database server';
  /** The others need it until their last breath: it stops when they have. */
  isFoundation = true;
  #server;
  #begin;
  #logFile;
  #starting = null;
  #timer;
  #stopping = false;

  /**
   * @param server runs already
   * @param begin starts it again, at the same address
   */
  constructor({ server, begin, logFile }) {
    this.#server = server;
    this.#begin = begin;
    this.#logFile = logFile;
  }

  start(_environment, onFall) {
    if (this.#server.isAlive()) return this.#watch(onFall);
    this.#starting = this.#begin()
      .then((server) => {
        this.#server = server;
        say('the database server answers again');
        if (!this.#stopping) this.#watch(onFall);
      })
      .catch((error) => {
        if (!this.#stopping) onFall(this, error.message.split('\n')[0]);
      });
  }

  #watch(onFall) {
    this.#timer = setInterval(() => {
      if (this.#server.isAlive()) return;
      clearInterval(this.#timer);
      onFall(this, 'its process is gone');
    }, LOOK_MS);
  }

  async stop() {
    this.#stopping = true;
    clearInterval(this.#timer);
    await this.#starting;
    await this.#server.stop();
  }

  /** Never killed: it would only have to recover. */
  kill() {}

  tail() {
    try {
      const file = openSync(this.#logFile, 'r');
      const { size } = fstatSync(file);
      const end = Buffer.alloc(Math.min(size, TAIL_BYTES));
      readSync(file, end, 0, end.length, size - end.length);
      closeSync(file);
      return end.toString().trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
    } catch {
      return '';
    }
  }
}
