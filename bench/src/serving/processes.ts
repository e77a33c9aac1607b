import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../../', import.meta.url);
const READY_WITHIN_MS = 60_000;
const LOOK_MS = 100;

export type Started = { readonly stop: () => Promise<void> };

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * Starts a built application of the repository with an environment of its own; lines are what it
 * logs.
 */
export function startApp(
  app: 'api' | 'worker',
  env: Record<string, string>,
  onLine?: (line: string) => void,
): Started {
  const script = fileURLToPath(new URL(`apps/${app}/dist/main.js`, ROOT));
  const child: ChildProcess = fork(script, [], {
    env: { DUBIO_MODE: 'embedded', ...env },
    stdio: ['ignore', onLine ? 'pipe' : 'inherit', 'inherit', 'ipc'],
  });
  if (onLine && child.stdout) createInterface({ input: child.stdout }).on('line', onLine);
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    async stop() {
      child.kill('SIGTERM');
      await gone;
    },
  };
}

/** @throws Error when the API does not answer in time */
export async function waitForApi(url: string): Promise<void> {
  const until = performance.now() + READY_WITHIN_MS;
  while (performance.now() < until) {
    const up = await fetch(`${url}/api/v1/health/live`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (up) return;
    await pause(LOOK_MS);
  }
  throw new Error(`No API at ${url} after ${READY_WITHIN_MS / 1000} s. Run npm run build first.`);
}
