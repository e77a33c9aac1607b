import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findMissing, readArrows } from './check-arrows.mjs';

const trees = [];
afterAll(() => {
  for (const tree of trees) rmSync(tree, { recursive: true, force: true });
});

async function broken(files) {
  const tree = mkdtempSync(join(tmpdir(), 'dubio-arrows-'));
  trees.push(tree);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, name)), { recursive: true });
    writeFileSync(join(tree, name), text);
  }
  const folders = ['packages', 'apps'].filter((one) =>
    Object.keys(files).some((file) => file.startsWith(`${one}/`)),
  );
  const { summary } = await readArrows(tree, folders);
  return [...new Set(summary.violations.map((one) => one.rule.name))];
}

const core = 'packages/bayes-core/src';
const value = 'export const value = 1;';
const up = (to) => `export { value } from '${to}';`;

describe('an import against the arrows is found', () => {
  it.each([
    [
      'science that knows the platform',
      `${core}/a.ts`,
      'packages/platform/src/index.ts',
      'arrow-packages-bayes-core',
    ],
    ['an API that computes', 'apps/api/src/a.ts', `${core}/index.ts`, 'arrow-apps-api'],
    [
      'a page that reads the database',
      'apps/web/src/a.ts',
      'packages/platform/src/index.ts',
      'arrow-apps-web',
    ],
    [
      'a client that carries the server',
      'packages/sdk/src/a.ts',
      'packages/platform/src/index.ts',
      'arrow-packages-sdk',
    ],
    [
      'a platform that knows what is labelled',
      'packages/platform/src/a.ts',
      'packages/labelling/src/index.ts',
      'arrow-packages-platform',
    ],
    ['a package that needs an app', 'packages/platform/src/a.ts', 'apps/api/src/b.ts', 'apps-run'],
    [
      'a way around the face of a package',
      'apps/api/src/a.ts',
      'packages/platform/src/deep.ts',
      'through-the-face',
    ],
    [
      'a decision that needs an engine',
      'packages/active-learning/src/a.ts',
      `${core}/engine/b.ts`,
      'decision-without-engines',
    ],
    ['a lower layer on a higher one', `${core}/random/a.ts`, `${core}/nn/b.ts`, 'layer-random'],
    [
      'an engine on another engine',
      `${core}/engine/onnx/a.ts`,
      `${core}/engine/reference/b.ts`,
      'engines-apart',
    ],
    [
      'product code on test code',
      'apps/api/src/a.ts',
      'apps/api/src/b.test.ts',
      'tests-stay-tests',
    ],
  ])('%s', async (_what, from, to, rule) => {
    const depth = '../'.repeat(from.split('/').length - 1);
    expect(await broken({ [from]: up(`${depth}${to}`), [to]: value })).toContain(rule);
  });

  it('two files that need each other', async () => {
    const files = { 'apps/api/src/a.ts': up('./b.js'), 'apps/api/src/b.ts': up('./a.js') };
    expect(await broken(files)).toEqual(['no-cycles']);
  });

  it('science that calls the network, and a contract that only runs in Node', async () => {
    expect(await broken({ [`${core}/a.ts`]: "import 'node:https';" })).toEqual([
      'bayes-core-is-offline',
    ]);
    expect(await broken({ 'packages/contracts/src/a.ts': "import 'node:fs';" })).toEqual([
      'runs-in-a-browser',
    ]);
  });

  it('an import that leads nowhere', async () => {
    expect(await broken({ 'apps/api/src/a.ts': up('./gone.js') })).toEqual(['resolvable']);
  });
});

it('imports along the arrows and up the layers are allowed', async () => {
  const files = {
    [`${core}/random/a.ts`]: value,
    [`${core}/nn/b.ts`]: up('../random/a.js'),
    [`${core}/index.ts`]: up('./nn/b.js'),
    'apps/worker/src/a.ts': up('../../../packages/bayes-core/src/index.js'),
  };
  expect(await broken(files)).toEqual([]);
});

it('an arrow that should be there is missed', () => {
  const modules = [{ source: 'a/x.ts', dependencies: [{ resolved: 'b/y.ts' }] }];
  expect(
    findMissing(modules, [
      ['a/', 'b/'],
      ['a/', 'c/'],
    ]),
  ).toEqual([['a/', 'c/']]);
});
