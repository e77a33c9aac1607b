import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkDisk } from './lib/launch/data-folder.mjs';
import { explain } from './lib/launch/failure.mjs';
import { isInstalled } from './lib/launch/install.mjs';
import { findFreePort } from './lib/launch/ports.mjs';
import { isAlive, isSame } from './lib/launch/processes.mjs';

const root = path.resolve(import.meta.dirname, '..');
const START = path.join(root, 'scripts/start.mjs');
const READY = /Dubio is ready: (http:\/\/localhost:\d+)\/sign-in#token=(\S+)/;
const LIMIT_MS = 240_000;

// The embedded parts are meant, whatever the machine offers.
const { DATABASE_URL: _d, REDIS_URL: _r, STORAGE_URL: _s, ...environment } = process.env;

let dataDir;
let port;
/** Whether the folder lies on a disk of its own, which may be filled. */
let isSmall;
const launchers = [];

beforeAll(async () => {
  const parent = mkdtempSync(path.join(os.tmpdir(), 'dubio-start-'));
  isSmall = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1000m', 'tmpfs', parent]).status === 0;
  spawnSync('chmod', ['755', parent]);
  dataDir = path.join(parent, 'data');
  port = await findFreePort();
});
afterAll(async () => {
  for (const launcher of launchers) await launcher.stop('SIGTERM');
  if (isSmall) spawnSync('umount', [path.dirname(dataDir)]);
  rmSync(path.dirname(dataDir), { recursive: true, force: true });
});

/** npm start as a person would see it; `seen` waits for something to be printed. */
function launch(args = [], node = []) {
  const flags = ['--no-build', '--port', String(port), '--data-dir', dataDir, ...args];
  const child = spawn(process.execPath, [...node, START, ...flags], {
    cwd: root,
    env: environment,
  });
  const launcher = { child, said: '' };
  const ended = new Promise((resolve) => child.once('close', resolve));
  launcher.ended = ended;
  launcher.stop = async (signal) => {
    child.kill(signal);
    return ended;
  };
  launcher.seen = (pattern) =>
    new Promise((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(launcher.said);
        if (match) resolve(match);
      };
      child.stdout.on('data', look);
      child.once('close', () => reject(new Error(`it ended without that:\n${launcher.said}`)));
      look();
    });
  const keep = (chunk) => {
    launcher.said += chunk;
  };
  child.stdout.prependListener('data', keep);
  child.stderr.prependListener('data', keep);
  launchers.push(launcher);
  return launcher;
}

async function signIn([, origin, token]) {
  const response = await fetch(`${origin}/api/v1/auth/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ token }),
  });
  const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
  return { status: response.status, body: await response.json(), cookie, origin };
}

async function listProjects({ body, cookie, origin }) {
  const url = `${origin}/api/v1/workspaces/${body.workspaces[0].id}/projects`;
  const { items } = await (await fetch(url, { headers: { cookie } })).json();
  return items.map(({ id, name, itemCount }) => ({ id, name, itemCount }));
}

/** Waits until database, queue, store and workers are there again. */
async function untilReady() {
  for (;;) {
    const answer = await fetch(`http://localhost:${port}/api/v1/health/ready`).catch(() => null);
    if (answer?.ok && (await answer.json()).status === 'ready') return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Writes until the disk takes no more; the file is what has to go to make room again. */
function fillDisk() {
  const file = path.join(path.dirname(dataDir), 'filling');
  const open = openSync(file, 'w');
  const chunk = Buffer.alloc(1024 ** 2, 1);
  try {
    for (;;) writeSync(open, chunk);
  } catch (error) {
    if (error.code !== 'ENOSPC') throw error;
  } finally {
    closeSync(open);
  }
  return file;
}

const readLock = () => JSON.parse(readFileSync(path.join(dataDir, 'lock'), 'utf8'));
const postmasterFile = () => path.join(dataDir, 'postgres/cluster/postmaster.pid');
const postmaster = () => Number(readFileSync(postmasterFile(), 'utf8').split('\n')[0]);

describe('npm start', { timeout: LIMIT_MS }, () => {
  let first;
  let firstLink;
  let projects;
  let session;

  it('comes up on an empty folder and prints a link that signs the owner in once', async () => {
    first = launch();
    firstLink = await first.seen(READY);
    session = await signIn(firstLink);
    expect(session.status).toBe(200);
    expect(session.body.workspaces).toMatchObject([{ role: 'owner' }]);
    expect((await signIn(firstLink)).status).toBe(410);
    projects = await listProjects(session);
    expect(projects).toMatchObject([{ name: 'Handwritten digits', itemCount: 5620 }]);
  });

  it('keeps its secrets to their owner', () => {
    for (const file of ['postgres/password', 'lock']) {
      expect(statSync(path.join(dataDir, file)).mode & 0o777).toBe(0o600);
    }
  });

  it('refuses a folder that another one has open, and says which', async () => {
    const second = launch(['--port', String(await findFreePort())]);
    expect(await second.ended).toBe(1);
    expect(second.said).toContain(`Dubio runs on ${dataDir} already (process ${first.child.pid}`);
  });

  it('starts a program again that falls', async () => {
    const [{ pid }] = readLock().children.filter(({ script }) => script.includes('worker'));
    process.kill(pid, 'SIGKILL');
    await first.seen(/the worker \d ended \(SIGKILL\); starting it again/);
  });

  it('starts the database server again that was killed, and goes on with the same data', async () => {
    const killed = postmaster();
    process.kill(killed, 'SIGKILL');
    await first.seen(/the database server ended \(its process is gone\); starting it again/);
    await first.seen(/the database server answers again/);
    await untilReady();
    expect(postmaster()).not.toBe(killed);
    expect(await listProjects(session)).toEqual(projects);
  });

  it('gives a copy of the folder, taken while it runs, a product of its own', async () => {
    const copied = `${dataDir}-copy`;
    spawnSync('cp', ['-a', dataDir, copied]);
    const server = postmaster();
    const elsewhere = ['--port', String(await findFreePort()), '--data-dir', copied];
    const copy = launch(elsewhere);
    await copy.seen(READY);
    expect(await copy.stop('SIGINT')).toBe(0);
    expect(copy.said).not.toContain('left behind');
    rmSync(copied, { recursive: true, force: true });
    expect(isAlive(server)).toBe(true);
    expect(await listProjects(session)).toEqual(projects);
  });

  it('outlives a full disk, which its answers name, and goes on when there is room', async (context) => {
    if (!isSmall) context.skip('this user may not mount a small disk');
    const [project] = await listProjects(session);
    const call = (path, method, body, type) =>
      fetch(`${session.origin}/api/v1/projects/${project.id}/${path}`, {
        method,
        headers: { cookie: session.cookie, origin: session.origin, 'content-type': type },
        body,
      });
    const made = await call(
      'imports',
      'POST',
      JSON.stringify({ fileName: 'a.csv', options: { kind: 'csv' } }),
      'application/json',
    );
    const { id } = await made.json();
    const send = () =>
      call(`imports/${id}/content`, 'PUT', Buffer.alloc(1024 ** 2, 65), 'application/octet-stream');
    const { children } = readLock();
    const file = fillDisk();
    const answers = [];
    for (let requests = 0; requests < 20; requests++) {
      const answer = await send();
      answers.push({ status: answer.status, ...(await answer.json()) });
    }
    rmSync(file);
    expect(new Set(answers.map(({ status, detail }) => `${status} ${detail}`))).toEqual(
      new Set([
        '503 The disk of the server is full. Nothing was stored; it works again when there is room.',
      ]),
    );
    expect(children.filter(isSame)).toEqual(children);
    await untilReady();
    expect((await send()).status).toBe(202);
    expect(readFileSync(path.join(dataDir, 'logs/api.log'), 'utf8')).toMatch(
      /\d+ log lines were lost \(ENOSPC\)/,
    );
  });

  it('stops on Ctrl-C and leaves no process behind', async () => {
    const { children } = readLock();
    const server = postmaster();
    expect(children).toHaveLength(4);
    expect(await first.stop('SIGINT')).toBe(0);
    expect(children.filter(isSame)).toEqual([]);
    expect(isAlive(server)).toBe(false);
    expect(existsSync(path.join(dataDir, 'lock'))).toBe(false);
  });

  it('has everything again after a kill -9 of all its processes', async () => {
    const second = launch();
    await second.seen(READY);
    const { children } = readLock();
    // Programs leave with the launcher, so they come first: none may be gone before its turn.
    for (const pid of [...children.map((child) => child.pid), second.child.pid, postmaster()]) {
      process.kill(pid, 'SIGKILL');
    }
    await second.ended;
    const third = launch();
    const again = await signIn(await third.seen(READY));
    expect(await listProjects(again)).toEqual(projects);
    expect((await signIn(firstLink)).status).toBe(410);
    expect(await third.stop('SIGTERM')).toBe(0);
  });

  it('ends what only the launcher left behind, and takes its place', async () => {
    const second = launch();
    await second.seen(READY);
    const { children } = readLock();
    // One that is stuck hears of nothing; the page server changes its name as well.
    const web = children.find(({ script }) => script.includes('next'));
    process.kill(web.pid, 'SIGSTOP');
    await second.stop('SIGKILL');
    const adopted = postmaster();
    const third = launch();
    await third.seen(READY);
    expect(children.filter(isSame)).toEqual([]);
    expect(postmaster()).toBe(adopted);
    // It watches a database server that it did not start itself just the same.
    process.kill(adopted, 'SIGKILL');
    await third.seen(/the database server answers again/);
    expect(await third.stop('SIGINT')).toBe(0);
  });

  it('says in one sentence that the port is taken', async () => {
    const squatter = net.createServer().listen(port, '127.0.0.1');
    await new Promise((resolve) => squatter.once('listening', resolve));
    const launcher = launch();
    expect(await launcher.ended).toBe(1);
    squatter.close();
    const other = `npm start -- --port ${port + 1}`;
    expect(launcher.said).toContain(`Port ${port} is taken by process ${process.pid} (`);
    expect(launcher.said).toContain(other);
  });
});

describe('what keeps npm start from starting', () => {
  it('is a Node that is too old', () => {
    const old = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'18.20.0'})`;
    const run = spawnSync(process.execPath, ['--import', old, START], { encoding: 'utf8' });
    expect(run.status).toBe(1);
    expect(run.stderr).toMatch(/^Dubio needs Node 20\.19 or newer and this is 18\.20\.0: .*\n$/);
  });
  it.each([
    [['--port', 'x'], '--port must be a whole number from 1 to 65535, got "x".'],
    [['--workers', '0'], '--workers must be a whole number from 1 to 64, got "0".'],
    [['--demo', 'cats'], '--demo must be one of digits, none, got "cats".'],
    [['--prot', '1'], "Unknown option '--prot'."],
  ])('is an option like %j', (args, sentence) => {
    const run = spawnSync(process.execPath, [START, ...args], { encoding: 'utf8' });
    expect(run.status).toBe(1);
    expect(run.stderr).toContain(sentence);
  });
  it('is a disk with too little space', () => {
    expect(() => checkDisk(os.tmpdir(), 2 ** 60)).toThrow(/MB left and Dubio needs .*--data-dir/);
    const full = Object.assign(new Error('write'), { code: 'ENOSPC' });
    expect(explain(full, '/data')).toMatch(/^The disk is full: .*--data-dir/);
  });
});

describe('isInstalled', () => {
  it('finds the dependencies of this tree complete, and none in an empty one', () => {
    expect(isInstalled(root)).toBe(true);
    expect(isInstalled(os.tmpdir())).toBe(false);
  });
});
