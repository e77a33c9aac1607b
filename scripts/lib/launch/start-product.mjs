import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildIfStale } from './build.mjs';
import { installDependencies } from './install.mjs';
import { runLauncher } from './launch.mjs';
import { say } from './progress.mjs';

const root = path.resolve(import.meta.dirname, '../../..');

/** npm start */
export function startProduct() {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  return runLauncher({
    root,
    script: 'start.mjs',
    development: false,
    async prepare(options) {
      say(`Dubio ${version} on Node ${process.versions.node}, data in ${options.dataDir}`);
      await installDependencies(root);
      await buildIfStale(root, options);
    },
  });
}
