import { spawn } from 'node:child_process';
import { join } from 'node:path';

const READY = /Dubio is ready: (http:\/\/\S+)/;

/**
 * Starts the product as a person would, with what it says, and resolves once it is ready or has
 * ended: `link` signs its owner in and is undefined in the second case; `stop` presses Ctrl-C and
 * resolves with how it ended.
 */
export async function runProduct(root, args, { limitMs }) {
  const product = spawn(process.execPath, [join(root, 'scripts/start.mjs'), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) =>
    product.on('exit', (code, signal) => resolve({ code, signal })),
  );
  const limit = setTimeout(() => product.kill('SIGTERM'), limitMs);
  const link = await new Promise((resolve) => {
    let said = '';
    product.stdout.on('data', (data) => {
      process.stdout.write(data);
      said += data;
      const ready = READY.exec(said);
      if (ready) resolve(ready[1]);
    });
    ended.then(() => resolve(undefined));
  });
  const stop = () => {
    product.kill('SIGINT');
    return ended.finally(() => clearTimeout(limit));
  };
  if (link === undefined) clearTimeout(limit);
  return { link, stop };
}
