import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { commandLine } from './processes.mjs';

const LISTENING = '0A';
const COMMAND_LENGTH = 80;

/** Sockets that listen on a port, by the number that the system knows them by. */
function listSockets(port) {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].filter(existsSync);
  const rows = tables.flatMap((file) => readFileSync(file, 'utf8').trim().split('\n').slice(1));
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, local, , state]) => local.endsWith(suffix) && state === LISTENING)
    .map((fields) => `socket:[${fields[9]}]`);
}

function holdsOne(pid, sockets) {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).some((fd) => {
      try {
        return sockets.includes(readlinkSync(`${folder}/${fd}`));
      } catch {
        // Closed meanwhile.
        return false;
      }
    });
  } catch {
    // Another user's process, or one that has just ended.
    return false;
  }
}

/** The number of the process that listens on a port of this machine, or null. */
export function findHolder(port) {
  if (existsSync('/proc/net/tcp')) {
    const sockets = listSockets(port);
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return Number(pids.find((pid) => holdsOne(pid, sockets)) ?? 0) || null;
  }
  if (process.platform === 'win32') return null;
  const asked = ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t'];
  const said = spawnSync('lsof', asked, { encoding: 'utf8' }).stdout ?? '';
  return Number(said.split('\n')[0]) || null;
}

/** Who listens on a port, for people. */
export function describeHolder(pid) {
  if (pid === null) return 'another program';
  const command = commandLine(pid).slice(0, COMMAND_LENGTH);
  return command === '' ? `process ${pid}` : `process ${pid} (${command})`;
}
