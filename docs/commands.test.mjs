import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startTestDatabase } from '@dubio/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOptions } from '../scripts/lib/launch/options.mjs';
import { readBlocks } from './lib.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const START_MS = 120_000;
const BLOCK_MS = 120_000;
/** In this order: the second goes on with what the first made. */
const PAGES = ['docs/quick-start.md', 'docs/api.md'];
/** Shown, not run: what a person types to begin with, and output. */
const SHOWN = 'text';

const folder = mkdtempSync(join(tmpdir(), 'dubio-docs-'));
const at = (file) => join(folder, file);
const closers = [];

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Starts Dubio as `npm start` does, on a database of the test run. */
async function startProduct() {
  const database = await startTestDatabase();
  databaseUrl = database.url;
  closers.push(() => database.close());
  const args = ['scripts/start.mjs', '--no-build', '--demo', 'none', '--workers', '1'];
  args.push('--port', String(await freePort()), '--data-dir', at('data'));
  const { REDIS_URL: _redis, ...env } = process.env;
  const product = spawn(process.execPath, args, {
    cwd: root,
    env: { ...env, DATABASE_URL: database.url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((resolve) => product.on('exit', resolve));
  closers.unshift(async () => {
    product.kill('SIGINT');
    await ended;
  });
  let said = '';
  return new Promise((resolve, reject) => {
    const hear = (data) => {
      said += data;
      const link = /Dubio is ready: (http:\S+)/.exec(said)?.[1];
      if (link) resolve(link);
    };
    product.stdout.on('data', hear);
    product.stderr.on('data', hear);
    ended.then((code) => reject(new Error(`npm start ended with ${code}:\n${said}`)));
  });
}

/** One shell for all blocks, as a reader has it: variables and helpers stay. */
function openShell(env) {
  const shell = spawn('bash', ['--noprofile', '--norc'], { cwd: folder, env, stdio: 'pipe' });
  const ended = new Promise((resolve) => shell.on('exit', resolve));
  let heard = '';
  let onText = () => undefined;
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.on('data', (data) => {
      heard += data;
      onText();
    });
  }
  shell.stdin.on('error', () => undefined);
  shell.stdin.write('set -euo pipefail\n');
  closers.unshift(() => {
    shell.stdin.end();
    shell.kill('SIGKILL');
  });
  return async (text) => {
    heard = '';
    const done = `__done_${Math.random().toString(36).slice(2)}__`;
    shell.stdin.write(`${text}\necho ${done}\n`);
    const finished = new Promise((resolve) => {
      onText = () => heard.includes(`${done}\n`) && resolve('done');
    });
    const how = await Promise.race([finished, ended]);
    if (how !== 'done') throw new Error(`The shell ended with ${how}:\n${heard}`);
    return heard.replace(`${done}\n`, '');
  };
}

let databaseUrl;
let runInShell;
let origin;
let isBroken = false;
beforeAll(async () => {
  mkdirSync(at('config'));
  for (const name of ['docs', 'node_modules']) symlinkSync(join(root, name), at(name));
  const link = await startProduct();
  origin = new URL(link).origin;
  runInShell = openShell({
    ...process.env,
    XDG_CONFIG_HOME: at('config'),
    DUBIO_LINK: link,
    // What operations are done on.
    DATABASE_URL: databaseUrl,
    DUBIO_DATA_DIR: at('data'),
  });
}, START_MS);

afterAll(async () => {
  for (const close of closers) await close();
  rmSync(folder, { recursive: true, force: true });
}, START_MS);

describe.each(PAGES)('%s', (page) => {
  const blocks = readBlocks(join(root, page)).filter((one) => one.language !== SHOWN);

  it.each(blocks.map((block) => [block.line, block.text.split('\n')[0], block]))(
    'line %i: %s',
    async (_line, _head, { language, text, target, prints }) => {
      if (isBroken) throw new Error('A block before this one failed.');
      const real = text.replaceAll('http://localhost:3000', origin);
      if (language === 'sh') {
        isBroken = true;
        const said = await runInShell(real);
        isBroken = false;
        if (prints !== undefined) expect(said.trim()).toBe(prints);
      } else if (target) writeFileSync(at(target), real);
      else throw new Error(`Nobody runs this block of ${language}: name a file for it.`);
    },
    BLOCK_MS,
  );
});

describe('docs/operations.md', () => {
  const page = 'docs/operations.md';
  const text = readFileSync(join(root, page), 'utf8');
  const fenced = readBlocks(join(root, page)).flatMap((block) => block.text.split('\n'));
  const inline = [...text.replace(/```[\s\S]*?```/g, '').matchAll(/`((?:npm|npx|dubio) [^`]+)`/g)];
  const commands = [...new Set([...fenced, ...inline.map(([, command]) => command)])].filter(
    (command) => command !== 'npm start',
  );
  const inRoot = (command) => runInShell(`(cd '${root}' && ${command})`);
  const words = (command) => command.split(' ').slice(3);
  const DUBIO = 'npx dubio';
  const RUN = {
    'npm start -- --data-dir /var/lib/dubio --demo none --workers 4': async (command) =>
      expect(readOptions(words(command), {}, root)).toMatchObject({ workers: 4, demo: 'none' }),
    'npm start -- --help': async (command) => expect(await inRoot(command)).toContain('--data-dir'),
    'export POSTGRES_PASSWORD=$(openssl rand -hex 24)': async (command) =>
      expect(await runInShell(`${command}; echo $POSTGRES_PASSWORD`)).toMatch(/^[0-9a-f]{48}\n$/),
    // The same without its container.
    'docker compose run --rm prepare node deploy/prepare.mjs --link': async (command) =>
      expect(await inRoot(command.replace(/^.* prepare (?=node)/, ''))).toMatch(
        /Sign in once, within a day: \S+\/sign-in#token=/,
      ),
    'npm run db -- drift': async (command) =>
      expect(await inRoot(command)).toContain('The database matches schema.prisma.'),
    'dubio rounds list': async (command) =>
      expect(await runInShell(`${command.replace('dubio', DUBIO)} --help`)).toContain('Usage:'),
    'dubio tokens revoke <id>': async (command) =>
      expect(
        await runInShell(`${command.replace('dubio', DUBIO).replace('<id>', '')} --help`),
      ).toContain('<id>'),
  };
  const NOT_RUN = {
    'docker compose up --detach --build --scale worker=4': 'there is no Docker where tests run',
    'docker compose logs prepare': 'there is no Docker where tests run',
    'npm rebuild onnxruntime-node --ignore-scripts=false --onnxruntime-node-install=cuda12':
      'it downloads CUDA libraries for a graphics card',
    'npm run engine:tensorflow': 'a download of 198 MB; CI runs it as a step of its own',
    'npm run bench -- chaos --minutes 5 --out chaos.json':
      'five minutes; CI runs it as steps of its own',
  };

  it('has no command that is neither run here nor listed with the reason', () => {
    expect(commands.toSorted()).toEqual([...Object.keys(RUN), ...Object.keys(NOT_RUN)].toSorted());
  });

  it.each(Object.keys(RUN))('%s', (command) => RUN[command](command), BLOCK_MS);

  for (const [command, reason] of Object.entries(NOT_RUN)) it.skip(`${command}: ${reason}`);
});

describe('what came of the commands', () => {
  const lines = (file) => readFileSync(at(file), 'utf8').trim().split('\n');

  it('curl exported the known species and the one it answered', () => {
    const [head, ...rows] = lines('labels.csv');
    expect(head).toContain('species');
    expect(rows.length).toBeGreaterThanOrEqual(16);
  });

  it('the command line exported its answer', () => {
    const labels = lines('labels.jsonl').map((line) => JSON.parse(line));
    expect(labels.length).toBeGreaterThanOrEqual(16);
    expect(new Set(labels.map((one) => one.answer?.species ?? one.species))).toEqual(
      new Set(['setosa', 'versicolor', 'virginica']),
    );
  });

  it('the model is an ONNX file of some size', () => {
    expect(readFileSync(at('irises.onnx')).length).toBeGreaterThan(10_000);
  });
});
