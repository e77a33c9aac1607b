import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { listProcesses, send } from './process-table.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const READY_WITHIN_MS = 180_000;
const STOP_WITHIN_MS = 60_000;
const AGAIN_MS = 1000;

export type ProductOptions = {
  readonly dataDir: string;
  readonly port: number;
  readonly workers: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
};

/** The product as `npm start` runs it, in a process group of its own; ended ones start again. */
export class Product {
  readonly url: string;
  /** Times that the launcher ended though nobody had ended it. */
  ownEnds = 0;
  private child: ChildProcess | null = null;
  private ended: Promise<void> = Promise.resolve();
  private leaving = false;
  private killing = false;
  private ready: Promise<void> = Promise.resolve();
  private sayReady = () => {};

  constructor(private readonly options: ProductOptions) {
    this.url = `http://127.0.0.1:${options.port}`;
  }

  get dataDir(): string {
    return this.options.dataDir;
  }

  /** The address of the embedded database, as it was last. */
  databaseUrl(): string {
    const read = (name: string) =>
      readFileSync(path.join(this.dataDir, 'postgres', name), 'utf8').trim();
    return `postgresql://dubio:${read('password')}@127.0.0.1:${read('port')}/dubio`;
  }

  /** Starts it and waits until it says that it is ready. @throws Error when it does not */
  async start(): Promise<void> {
    this.expectReady();
    this.launch();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      const why = new Error(`The product was not ready after ${READY_WITHIN_MS / 1000} s.`);
      timer = setTimeout(() => reject(why), READY_WITHIN_MS);
    });
    await Promise.race([this.ready, late]).finally(() => clearTimeout(timer));
  }

  /** kill -9 of the launcher; it is started again a second later, as a service manager would. */
  killLauncher(): void {
    this.killing = true;
    this.expectReady();
    this.child?.kill('SIGKILL');
  }

  /** Resolves when the last launcher has said that it is ready. */
  untilReady(): Promise<void> {
    return this.ready;
  }

  /** From now on, being ready is what the next launcher says. */
  private expectReady(): void {
    this.ready = new Promise((resolve) => {
      this.sayReady = resolve;
    });
  }

  private launch(): void {
    const { dataDir, port, workers, environment, log } = this.options;
    const args = ['scripts/start.mjs', '--no-build', '--demo', 'none', '--port', String(port)];
    const child = spawn(
      process.execPath,
      [...args, '--data-dir', dataDir, '--workers', String(workers)],
      {
        cwd: ROOT,
        env: { ...withoutOurs(process.env), ...environment },
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        if (line.includes('Dubio is ready:')) this.sayReady();
        else log(`  | ${line}`);
      });
    }
    this.ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        resolve();
        this.onEnd(code, signal);
      });
    });
  }

  private onEnd(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.leaving) return;
    if (!this.killing) {
      this.ownEnds += 1;
      this.expectReady();
      this.options.log(`the launcher ended by itself (${signal ?? code})`);
    }
    this.killing = false;
    setTimeout(() => {
      if (!this.leaving) this.launch();
    }, AGAIN_MS);
  }

  /** Ctrl-C, then kill -9 of whatever is left. Answers how many had to be killed. */
  async stop(): Promise<number> {
    this.leaving = true;
    // What a fault has paused could not hear that it is to end.
    for (const { pid } of listProcesses(this.dataDir)) send(pid, 'SIGCONT');
    this.child?.kill('SIGINT');
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, STOP_WITHIN_MS);
    });
    await Promise.race([this.ended, late]).finally(() => clearTimeout(timer));
    const left = listProcesses(this.dataDir);
    for (const { pid } of left) send(pid, 'SIGKILL');
    return left.length;
  }
}

/** Settings of the person's own installation are not the product's under test. */
function withoutOurs(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isOurs = (name: string) =>
    name.startsWith('DUBIO_') || ['DATABASE_URL', 'REDIS_URL', 'STORAGE_URL'].includes(name);
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !isOurs(name)));
}
