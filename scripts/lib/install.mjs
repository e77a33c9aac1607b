// Brings node_modules to what package-lock.json says. Imports nothing that is not part of Node.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const readLock = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
  } catch {
    return undefined;
  }
};

/** Says why node_modules is not what the lock file asks for; undefined when it is. */
export function whyInstall(root) {
  const wanted = readLock(join(root, 'package-lock.json'));
  const present = readLock(join(root, 'node_modules', '.package-lock.json'));
  if (!wanted) return 'package-lock.json cannot be read';
  if (!present) return 'nothing is installed yet';
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue;
    const other = present[path];
    // npm leaves out the optional parts of other platforms.
    if (!other && entry.optional) continue;
    if (!other && !path.includes('node_modules/')) continue;
    if (!other) return `${path} is missing`;
    if (other.version !== entry.version) {
      return `${path} is ${other.version}, the lock file asks for ${entry.version}`;
    }
  }
  return undefined;
}

/** `npm ci` where it is needed. Resolves to why it was, or to undefined when nothing was to do. */
export async function ensureInstalled(root, { log = console.log } = {}) {
  const why = whyInstall(root);
  if (why === undefined) return undefined;
  log(`Installing dependencies (${why}) …`);
  await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root });
  return why;
}

/** Runs a command with its output shown; rejects with a sentence when it fails. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const shell = process.platform === 'win32';
    const child = spawn(command, args, { stdio: 'inherit', shell, ...options });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (code === 0) resolve();
      else {
        const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
        reject(new Error(`"${[command, ...args].join(' ')}" ${how}.`));
      }
    });
  });
}
