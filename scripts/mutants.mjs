#!/usr/bin/env node
// npm run mutants -- packages/active-learning/src/uncertainty
// Changes the code of a folder in small ways, one at a time, and says which changes no test notices
// (Stryker). Takes minutes to hours, so it is no part of CI. Stryker is fetched once per machine,
// below ~/.cache, as nothing else needs it.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runTurbo } from './lib/launch/build.mjs';
import { explain, LaunchFailure } from './lib/launch/failure.mjs';
import { installDependencies } from './lib/launch/install.mjs';
import { say } from './lib/launch/progress.mjs';
import { runCommand } from './lib/launch/run-command.mjs';

const VERSION = '9.6.1';
const root = fileURLToPath(new URL('..', import.meta.url));
const HELP = `npm run mutants -- <folder or file> [...]
  --concurrency <n>  processes at once (default 2)
  --report <file>    where the list of mutants goes, as JSON`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    concurrency: { type: 'string', default: '2' },
    report: { type: 'string' },
    help: { type: 'boolean' },
  },
});

/** Stryker beside the repository, with the repository's own vitest and TypeScript: two copies of vitest would not meet. */
async function fetchStryker() {
  const folder = path.join(homedir(), '.cache/dubio', `stryker-${VERSION}`);
  const bin = path.join(folder, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  if (!existsSync(bin)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
    const names = ['core', 'vitest-runner'].map((name) => `@stryker-mutator/${name}@${VERSION}`);
    const flags = ['--legacy-peer-deps', '--no-audit', '--no-fund', '--loglevel=error'];
    await runCommand(`fetching Stryker ${VERSION}`, ['npm', 'install', ...flags, ...names], {
      cwd: folder,
      sentence: `npm could not fetch Stryker into ${folder}. Is its registry in reach?`,
    });
  }
  for (const name of ['vitest', 'typescript']) {
    const link = path.join(folder, 'node_modules', name);
    rmSync(link, { recursive: true, force: true });
    symlinkSync(path.join(root, 'node_modules', name), link);
  }
  return {
    bin,
    plugin: path.join(folder, 'node_modules/@stryker-mutator/vitest-runner/dist/src/index.js'),
  };
}

/** The workspace of a path, such as packages/labelling; null outside of them. */
const workspaceOf = (file) => /^(?:(?:packages|apps)\/[^/]+|bench)(?=\/|$)/.exec(file)?.[0] ?? null;

/** The mutants that no test noticed, by file, and the share that was noticed. */
function summarise(reportFile) {
  const { files } = JSON.parse(readFileSync(reportFile, 'utf8'));
  const NOTICED = ['Killed', 'Timeout'];
  let [noticed, all] = [0, 0];
  for (const [file, { mutants }] of Object.entries(files)) {
    const counted = mutants.filter(({ status }) => !['Ignored', 'CompileError'].includes(status));
    const own = counted.filter(({ status }) => NOTICED.includes(status)).length;
    noticed += own;
    all += counted.length;
    say(`${file}: ${own} of ${counted.length}`);
    for (const { status, location, mutatorName, replacement } of counted) {
      if (NOTICED.includes(status)) continue;
      const change = (replacement ?? '').replaceAll(/\s+/g, ' ').slice(0, 60);
      console.log(`    ${file}:${location.start.line}  ${mutatorName}  ${status}  ${change}`);
    }
  }
  console.log(`${noticed} of ${all} mutants noticed, ${((100 * noticed) / all).toFixed(1)} %`);
}

try {
  if (values.help || positionals.length === 0) throw new LaunchFailure(HELP);
  await installDependencies(root);
  const asked = positionals.map((given) =>
    path.relative(root, path.resolve(process.env.INIT_CWD ?? root, given)),
  );
  const workspace = workspaceOf(asked[0]);
  if (workspace === null || asked.some((one) => workspaceOf(one) !== workspace))
    throw new LaunchFailure(
      `Give folders of one workspace, such as packages/active-learning/src/labels.\n${HELP}`,
    );
  await runTurbo(root, 'building what it imports', [`{./${workspace}}...`]);
  const { bin, plugin } = await fetchStryker();
  const cwd = path.join(root, workspace);
  const scratch = mkdtempSync(path.join(tmpdir(), 'dubio-mutants-'));
  const report = path.resolve(values.report ?? path.join(scratch, 'mutants.json'));
  const inside = asked.map((one) => path.relative(workspace, one));
  const config = path.join(scratch, 'stryker.json');
  writeFileSync(
    config,
    JSON.stringify({
      testRunner: 'vitest',
      plugins: [plugin],
      mutate: [
        ...inside.map((one) => (one.endsWith('.ts') ? one : `${one}/**/*.ts`)),
        '!**/*.test.ts',
        '!**/*.reference.ts',
        '!**/index.ts',
      ],
      coverageAnalysis: 'perTest',
      concurrency: Number(values.concurrency),
      reporters: ['json', 'clear-text', 'progress-append-only'],
      clearTextReporter: {
        logTests: false,
        reportTests: false,
        reportMutants: false,
        reportScoreTable: false,
      },
      jsonReporter: { fileName: report },
      tempDirName: '.stryker-tmp',
      ignorePatterns: ['dist', '.turbo'],
      ignoreStatic: true,
      disableTypeChecks: false,
      allowEmpty: false,
      vitest: { related: true },
    }),
  );
  await runCommand(`changing ${inside.join(', ')}`, [process.execPath, bin, 'run', config], {
    cwd,
    sentence: 'Stryker has stopped; do the tests of the workspace pass?',
  });
  summarise(report);
} catch (error) {
  console.error(explain(error, root));
  process.exitCode = 1;
}
