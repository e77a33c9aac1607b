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

function commandLine(pid) {
  const file = `/proc/${pid}/cmdline`;
  if (existsSync(file)) return readFileSync(file, 'utf8').replaceAll('\0', ' ');
  if (process.platform === 'win32') return '';
  return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '';
}

/** Whether the process lives and really is the one meant: numbers of processes are used again. */
export function isProcess(pid, word) {
  if (!isAlive(pid)) return false;
  const line = commandLine(pid);
  return line === '' || line.includes(word);
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
