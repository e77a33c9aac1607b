import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { signalGroup } from './processes.mjs';
import { say } from './progress.mjs';

const PRELOAD = pathToFileURL(path.join(import.meta.dirname, 'leave-with-parent.mjs')).href;
const LOG_MAXIMUM = 10 * 1024 ** 2;
const TAIL_LINES = 15;

/**
 * The log of the last time is kept once it is large; two files a program, never more. Without room
 * for one the program runs unheard.
 */
function openLog(file) {
  try {
    if (existsSync(file) && statSync(file).size > LOG_MAXIMUM) renameSync(file, `${file}.1`);
    return openSync(file, 'a');
  } catch (error) {
    say(`${file} cannot be opened (${error.code}): nothing is written there this time`);
    return 'ignore';
  }
}

/** One program of the product: started, watched, started again, stopped. */
export class ManagedProcess {
  #spec;
  #child = null;
  #stopping = false;
  #logStart = 0;

  /**
   * @param spec name, args (after node), extra (environment), cwd, logFile (or none: the console),
   * patienceMs
   */
  constructor(spec) {
    this.#spec = spec;
    this.name = spec.name;
    this.script = spec.args.find((argument) => !argument.startsWith('-'));
  }

  get pid() {
    return this.#child?.pid;
  }

  /** Starts it; `onExit` is called when it ends without having been stopped. */
  start(env, onExit) {
    const { args, extra, cwd, logFile } = this.#spec;
    const log = logFile === undefined ? 'inherit' : openLog(logFile);
    if (typeof log === 'number') this.#logStart = fstatSync(log).size;
    this.#stopping = false;
    const child = spawn(process.execPath, ['--import', PRELOAD, ...args], {
      cwd,
      env: { ...env, ...extra, DUBIO_LAUNCHER_PID: String(process.pid) },
      // A group of its own: Ctrl-C in the terminal reaches the launcher only, which then stops
      // things in order.
      detached: true,
      stdio: ['ignore', log, log, 'ipc'],
    });
    if (typeof log === 'number') closeSync(log);
    this.#child = child;
    this.ended = new Promise((resolve) => {
      const end = (code, signal) => {
        if (this.#child === child) this.#child = null;
        resolve();
        // What it started goes with it, or would work on beside its successor's.
        if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
        if (!this.#stopping) onExit(this, signal ?? code);
      };
      child.once('exit', end);
      child.once('error', (error) => end(error.message, null));
    });
  }

  /** Asks it to end, waits, then ends it with all it started. */
  async stop() {
    const child = this.#child;
    if (child === null) return;
    this.#stopping = true;
    const timer = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), this.#spec.patienceMs);
    child.kill('SIGTERM');
    await this.ended;
    clearTimeout(timer);
  }

  kill() {
    this.#stopping = true;
    if (this.#child !== null) signalGroup(this.#child.pid, 'SIGKILL');
  }

  /** The last lines it wrote since it was started. */
  tail() {
    const { logFile } = this.#spec;
    if (logFile === undefined || !existsSync(logFile)) return '';
    const said = readFileSync(logFile).subarray(this.#logStart).toString();
    return said.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
  }
}
