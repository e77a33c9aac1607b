import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runCommand } from './run-command.mjs';

const readPackages = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;

/** Whether every package of the lock file that belongs on this machine is there in its version. */
export function isInstalled(root) {
  const installedFile = path.join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const installed = readPackages(installedFile);
  return Object.entries(readPackages(path.join(root, 'package-lock.json'))).every(
    ([place, wanted]) => {
      const foreign = wanted.optional || wanted.devOptional || wanted.link;
      if (foreign || !place.includes('node_modules/')) return true;
      return installed[place]?.version === wanted.version;
    },
  );
}

/** `npm ci`, when needed. */
export async function installDependencies(root) {
  if (isInstalled(root)) return;
  // The npm that runs this script, whatever is first in the PATH.
  const npm = process.env.npm_execpath;
  const command = npm?.endsWith('.js')
    ? [process.execPath, npm]
    : [process.platform === 'win32' ? 'npm.cmd' : 'npm'];
  await runCommand(
    'installing dependencies (npm ci), a minute or two the first time',
    [...command, 'ci', '--no-audit', '--no-fund', '--no-progress'],
    {
      cwd: root,
      env: process.env,
      sentence: 'The dependencies could not be installed: look at what npm said, then start again.',
    },
  );
}
