import { existsSync, readdirSync, readFileSync } from 'node:fs';
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

/** npm moves folders about while it unpacks: one that has just gone counts for nothing. */
function listFolder(folder) {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith('.'));
  } catch {
    return [];
  }
}

/** npm says nothing while it unpacks; the folder tells how far it is. */
function countUnpacked(root) {
  const folder = path.join(root, 'node_modules');
  const packages = listFolder(folder).flatMap((name) =>
    name.startsWith('@') ? listFolder(path.join(folder, name)) : [name],
  );
  return packages.length === 0 ? 'fetching' : `${packages.length} packages unpacked`;
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
    // What the cache knows need not be asked again: the lock file vouches for every byte.
    [...command, 'ci', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: root,
      env: process.env,
      detail: () => countUnpacked(root),
      sentence: 'The dependencies could not be installed: look at what npm said, then start again.',
    },
  );
}
