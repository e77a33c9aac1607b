import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Crew } from './crew.mjs';
import { DataFolder } from './data-folder.mjs';
import { folderIdentity, isAlive, noteOf } from './processes.mjs';

/** A program that falls when told, and counts its starts. */
class Fake {
  name = 'API';
  script = 'main.js';
  starts = 0;
  start(_environment, onFall) {
    this.starts += 1;
    this.fall = (outcome) => onFall(this, outcome);
  }
  stop() {}
  tail = () => 'out of luck';
}
const reaper = { note: () => {}, close: () => {} };
const folderOf = (dir) => ({ dir, noteChildren: () => {} });

describe('Crew', () => {
  let said;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    said = '';
    vi.spyOn(console, 'log').mockImplementation((line) => {
      said += `${line}\n`;
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  const crewOf = (member) => {
    const crew = new Crew(folderOf(os.tmpdir()), reaper);
    crew.start(member, {});
    return crew;
  };

  it('never gives a program up that keeps falling, and tries it more and more seldom', async () => {
    const api = new Fake();
    const crew = crewOf(api);
    crew.markReady();
    const broken = vi.fn();
    crew.broken.catch(broken);
    const delays = [];
    for (let falls = 1; falls <= 20; falls++) {
      const begunAt = performance.now();
      api.fall(1);
      while (api.starts === falls) await vi.advanceTimersByTimeAsync(500);
      delays.push(performance.now() - begunAt);
    }
    expect(broken).not.toHaveBeenCalled();
    expect(delays).toEqual(delays.toSorted((a, b) => a - b));
    expect(delays[0]).toBe(1000);
    expect(delays.at(-1)).toBe(30_000);
    expect(said).toContain('the API ended (1); starting it again');
    expect(said).toContain(
      '20 times in a row: the next try is in 30 s. Its last words:\nout of luck',
    );
  });

  it('is quick again after a minute of calm', async () => {
    const api = new Fake();
    crewOf(api).markReady();
    for (let falls = 1; falls <= 8; falls++) {
      api.fall('SIGKILL');
      await vi.advanceTimersByTimeAsync(30_000);
    }
    await vi.advanceTimersByTimeAsync(60_000);
    api.fall('SIGKILL');
    await vi.advanceTimersByTimeAsync(1000);
    expect(api.starts).toBe(10);
  });

  it('cannot start with a program that ends by itself, but survives a kill', async () => {
    const killed = new Fake();
    const crew = crewOf(killed);
    killed.fall('SIGKILL');
    await vi.advanceTimersByTimeAsync(1000);
    expect(killed.starts).toBe(2);
    killed.fall(78);
    await expect(crew.broken).rejects.toThrow('The API ended (78). Its last words:\nout of luck');
  });

  it('goes on when starting itself fails', async () => {
    const api = new Fake();
    crewOf(api).markReady();
    api.start = () => {
      throw new Error('ENOSPC: no space left on device');
    };
    api.fall('SIGKILL');
    await vi.advanceTimersByTimeAsync(1000);
    expect(said).toContain('the API ended (ENOSPC: no space left on device)');
  });

  it('stops what all stand on after all others', async () => {
    const order = [];
    const api = new Fake();
    api.stop = async () => order.push('API');
    const database = new Fake();
    database.isFoundation = true;
    database.stop = async () => order.push('database');
    const crew = crewOf(database);
    crew.start(api, {});
    await crew.stop();
    expect(order).toEqual(['API', 'database']);
  });
});

describe('the folder of a launcher', () => {
  let dir;
  beforeEach(() => {
    dir = mkdtempSync(path.join(os.tmpdir(), 'dubio-folder-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const lock = () => path.join(dir, 'lock');

  it('is open to one launcher, which is believed only about this very folder', async () => {
    const other = { ...noteOf(process.ppid, ''), url: 'http://localhost:3000', children: [] };
    const held = { ...other, folder: folderIdentity(dir) };
    const open = () => new DataFolder(dir).open({ script: 'start.mjs', url: '' });
    writeFileSync(lock(), JSON.stringify(held));
    await expect(open()).rejects.toThrow(`Dubio runs on ${dir} already (process ${process.ppid},`);
    const copied = { ...held, folder: folderIdentity(os.tmpdir()) };
    const recycled = { ...held, started: 'long ago' };
    for (const note of [copied, recycled]) {
      writeFileSync(lock(), JSON.stringify(note));
      await open();
      expect(JSON.parse(readFileSync(lock(), 'utf8'))).toMatchObject(
        noteOf(process.pid, 'start.mjs'),
      );
    }
  });

  it('goes on without a note when there is no room for one', async () => {
    const held = new DataFolder(dir);
    await held.open({ script: 'start.mjs', url: 'http://localhost:3000' });
    const say = vi.spyOn(console, 'log').mockImplementation(() => {});
    rmSync(dir, { recursive: true });
    held.noteChildren([noteOf(process.pid, 'main.js')]);
    expect(say.mock.calls.join()).toContain('could not be noted');
    say.mockRestore();
  });
});

describe('a launcher that is killed', () => {
  it('takes programs with it that are stuck, and those that they started', async () => {
    const dir = mkdtempSync(path.join(os.tmpdir(), 'dubio-reaper-'));
    const script = path.join(import.meta.dirname, 'test/crew.mjs');
    const launcher = spawn(process.execPath, [script, dir, '500'], { stdio: 'inherit' });
    const until = async (look) => {
      for (;;) {
        const found = look();
        if (found) return found;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    const pidIn = (name) => {
      const file = path.join(dir, `${name}.log`);
      return existsSync(file) && Number(readFileSync(file, 'utf8').split('\n')[0]);
    };
    const pids = [await until(() => pidIn('stuck')), await until(() => pidIn('parent'))];
    expect(pids.map(isAlive)).toEqual([true, true]);
    launcher.kill('SIGKILL');
    await until(() => !pids.some(isAlive));
    rmSync(dir, { recursive: true, force: true });
  });
});
