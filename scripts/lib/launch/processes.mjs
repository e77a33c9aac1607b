import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/**
 * The command line of a process, '' when it only waits for its parent to notice its end, null where
 * nobody tells.
 */
function commandLine(pid) {
  if (process.platform === 'win32') return null;
  const file = `/proc/${pid}/cmdline`;
  if (existsSync(file)) return readFileSync(file, 'utf8').replaceAll('\0', ' ');
  return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '';
}

/** Whether the process lives and really is the one meant: numbers of processes are used again. */
export function isProcess(pid, word) {
  return isAlive(pid) && (commandLine(pid)?.includes(word) ?? true);
}

/** Sends a signal to a process and to all it started. */
export function signalGroup(pid, signal) {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch (error) {
    // EPERM: macOS says so of a group whose last member is just ending.
    if (error.code !== 'ESRCH' && error.code !== 'EPERM') throw error;
  }
}
