import { type ExecFileOptions, execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Postgres refuses to run as root; this is how its programs are run instead. */
export type RunAs =
  | { kind: 'self' }
  | { kind: 'user'; name: string; uid: number; gid: number }
  | { kind: 'namespace' };

export type RunResult = { code: number; output: string };

const USERS = ['postgres', 'nobody'];
const NAMESPACE = ['--user', '--map-user=65534', '--map-group=65534'];

function findUser(name: string): { name: string; uid: number; gid: number } | null {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  if (line === undefined) return null;
  const [, , uid, gid] = line.split(':');
  return { name, uid: Number(uid), gid: Number(gid) };
}

/** Picks the first way in which the server can read its programs and reach its folder. */
export function chooseRunAs(postgres: string, folder: string): RunAs {
  if (process.platform === 'win32' || process.getuid?.() !== 0) return { kind: 'self' };
  for (const name of USERS) {
    const user = findUser(name);
    if (user === null) continue;
    const identity = { uid: user.uid, gid: user.gid, cwd: '/' };
    const canRun = spawnSync(postgres, ['--version'], identity).status === 0;
    const canReach =
      spawnSync('/bin/sh', ['-c', 'test -x "$1"', 'sh', path.dirname(folder)], identity).status ===
      0;
    if (canRun && canReach) return { kind: 'user', ...user };
  }
  if (spawnSync('unshare', [...NAMESPACE, postgres, '--version']).status === 0) {
    return { kind: 'namespace' };
  }
  throw new Error(
    `Postgres does not run as root, and no other user can read ${postgres} and reach ${folder}. Start Dubio as a normal user, or set DATABASE_URL.`,
  );
}

/** Runs a program to its end and returns its exit code with all it said. */
export function runProgram(runAs: RunAs, program: string, args: string[]): Promise<RunResult> {
  const options: ExecFileOptions = {
    cwd: path.parse(program).root,
    env: { ...process.env, LC_ALL: 'C' },
    windowsHide: true,
    ...(runAs.kind === 'user' ? { uid: runAs.uid, gid: runAs.gid } : {}),
  };
  const [file, argv] =
    runAs.kind === 'namespace' ? ['unshare', [...NAMESPACE, program, ...args]] : [program, args];
  return new Promise((resolve) => {
    execFile(file, argv, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      const said = `${stdout}${stderr}`.trim();
      resolve({ code, output: said === '' ? (error?.message ?? '') : said });
    });
  });
}
