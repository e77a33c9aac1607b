import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ManagedProcess } from './managed-process.mjs';

/** A worker finishes or hands back what it holds; the others have nothing to lose. */
const WORKER_PATIENCE_MS = 30_000;
const API_PATIENCE_MS = 10_000;
const WEB_PATIENCE_MS = 4_000;

/** Next makes its server by itself; this keeps slow connections from filling it up. */
const LIMIT_SERVERS = 'packages/platform/dist/http/limit-servers.js';
const NEXT = 'node_modules/next/dist/bin/next';

/**
 * API, workers and web as programs that can be started; `logs` is null in development: they speak
 * on the console.
 */
export function createPrograms({ root, options, logs, development }) {
  const mode = development ? 'development' : 'production';
  const logFile = (name) => (logs === null ? {} : { logFile: path.join(logs, `${name}.log`) });
  const extra = { NODE_ENV: mode };
  const api = new ManagedProcess({
    name: 'API',
    args: ['apps/api/dist/main.js'],
    extra,
    cwd: root,
    patienceMs: API_PATIENCE_MS,
    ...logFile('api'),
  });
  const workers = Array.from(
    { length: options.workers },
    (_, index) =>
      new ManagedProcess({
        name: `worker ${index + 1}`,
        args: ['apps/worker/dist/main.js'],
        extra,
        cwd: root,
        patienceMs: WORKER_PATIENCE_MS,
        ...logFile(`worker-${index + 1}`),
      }),
  );
  const web = new ManagedProcess({
    name: 'web server',
    args: [
      `--import=${pathToFileURL(path.join(root, LIMIT_SERVERS)).href}`,
      path.join(root, NEXT),
      ...[development ? 'dev' : 'start', '--port', String(options.port)],
      ...['--hostname', options.host],
    ],
    extra,
    cwd: path.join(root, 'apps/web'),
    patienceMs: WEB_PATIENCE_MS,
    ...logFile('web'),
  });
  return { api, workers, web };
}
