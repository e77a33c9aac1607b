import { type ChildProcess, spawn } from 'node:child_process';
import { createConnection } from 'node:net';
import { findFreePort } from '@dubio/platform';
import { UsageError } from '../framework/bench.js';

const READY_WITHIN_MS = 10_000;
const LOOK_MS = 50;

export type Redis = { readonly url: string; readonly pid: number; stop(): Promise<void> };

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => socket.end(() => resolve(true)));
    socket.once('error', () => resolve(false));
  });

/** A Redis of the bench's own, which keeps nothing on disk. @throws UsageError without the program */
export async function startRedis(): Promise<Redis> {
  const port = await findFreePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child: ChildProcess = spawn('redis-server', args, { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const until = performance.now() + READY_WITHIN_MS;
  while (!(await answers(port))) {
    if (child.pid === undefined || performance.now() > until) {
      child.kill('SIGKILL');
      throw new UsageError('--backend redis needs redis-server in the path: install it.');
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
