import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';

const BOOT_FILE = '/proc/sys/kernel/random/boot_id';

function readOf(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return null;
  }
}

/** The fields of /proc/<pid>/stat behind "pid (name)"; the name may hold anything, brackets too. */
function statFields(pid) {
  const stat = readOf(pid, 'stat');
  return stat === null ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

const ps = (column, pid) =>
  (
    spawnSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).stdout ?? ''
  ).trim();

/** Whether a process runs; one that ended and waits for its parent to notice does not. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== 'EPERM') return false;
  }
  return statFields(pid)?.[0] !== 'Z';
}

/**
 * When a process began, in words that no later process with its number can have; '' where nobody
 * tells. A name would not do: programs change theirs.
 */
export function startOf(pid) {
  if (existsSync(BOOT_FILE)) {
    const begun = statFields(pid)?.[19];
    return begun === undefined ? '' : `${readFileSync(BOOT_FILE, 'utf8').trim()} ${begun}`;
  }
  return process.platform === 'win32' ? '' : ps('lstart', pid);
}

/** The command line of a process, '' when nobody tells. */
export function commandLine(pid) {
  if (process.platform === 'win32') return '';
  if (!existsSync('/proc/self')) return ps('command', pid);
  return (readOf(pid, 'cmdline') ?? '').replaceAll('\0', ' ').trim();
}

/** A note about a process that tells it from every other one. */
export const noteOf = (pid, script) => ({ pid, script, started: startOf(pid) });

/** Whether the process of a note still runs: numbers of processes are used again. */
export function isSame({ pid, script, started }) {
  if (!isAlive(pid)) return false;
  if (started) return startOf(pid) === started;
  // Where nobody tells when it began, its command has to do.
  const command = commandLine(pid);
  return command === '' || command.includes(script);
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

/** Ends one process, should it still be there. */
export function killOne(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH' && error.code !== 'EPERM') throw error;
  }
}

/** Which folder a path leads to, whatever it is called: a copy is another one, a move is not. */
export function folderIdentity(folder) {
  try {
    const { dev, ino } = statSync(folder, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}

/** The launcher and the data folder that a process was started with, as far as Linux tells. */
export function originOf(pid) {
  const environment = readOf(pid, 'environ') ?? '';
  const find = (name) =>
    environment
      .split('\0')
      .find((entry) => entry.startsWith(`${name}=`))
      ?.slice(name.length + 1);
  const launcher = Number(find('DUBIO_LAUNCHER_PID') ?? 0);
  const folder = find('DUBIO_DATA_DIR');
  return { launcher, folder: folder === undefined ? null : folderIdentity(folder) };
}

/** Every process on this machine that a launcher started on a data folder; Linux only. */
export function listOfFolder(folder) {
  if (!existsSync('/proc/self')) return [];
  const wanted = folderIdentity(folder);
  if (wanted === null) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), ...originOf(name) }))
    .filter(
      ({ pid, launcher, folder: its }) => pid !== process.pid && launcher > 0 && its === wanted,
    );
}
