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
  --tests <glob>     the tests that are to notice, from the workspace's folder; may be repeated
                     (default: all of the workspace; a few quick files spare hours)
  --report <file>    where the list of mutants goes, as JSON`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    concurrency: { type: 'string', default: '2' },
    tests: { type: 'string', multiple: true },
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

/**
 * A configuration of vitest with some of the tests alone, which Stryker copies with the workspace;
 * undefined for all of them.
 */
function writeConfiguration(cwd, tests) {
  if (tests === undefined) return undefined;
  const file = path.join(cwd, 'vitest.mutants.config.mjs');
  writeFileSync(
    file,
    `import own from './vitest.config.ts';
export default { ...own, test: { ...own.test, include: ${JSON.stringify(tests)} } };
`,
  );
  return file;
}

const isCounted = ({ status }) => !['Ignored', 'CompileError'].includes(status);
const isNoticed = ({ status }) => ['Killed', 'Timeout'].includes(status);
/** Most texts are sentences of errors, which no test should repeat word by word. */
const isText = ({ mutatorName }) => mutatorName === 'StringLiteral';

function sayShare(mutants, what) {
  const noticed = mutants.filter(isNoticed).length;
  const share = ((100 * noticed) / mutants.length).toFixed(1);
  console.log(`${noticed} of ${mutants.length} mutants noticed, ${share} %${what}`);
}

/** The mutants that no test noticed, by file, and the share that was noticed. */
function summarise(reportFile) {
  const { files } = JSON.parse(readFileSync(reportFile, 'utf8'));
  const all = [];
  for (const [file, { mutants }] of Object.entries(files)) {
    const counted = mutants.filter(isCounted);
    all.push(...counted);
    say(`${file}: ${counted.filter(isNoticed).length} of ${counted.length}`);
    for (const mutant of counted) {
      if (isNoticed(mutant)) continue;
      const { status, location, mutatorName, replacement } = mutant;
      const change = (replacement ?? '').replaceAll(/\s+/g, ' ').slice(0, 60);
      console.log(`    ${file}:${location.start.line}  ${mutatorName}  ${status}  ${change}`);
    }
  }
  const plain = all.filter((mutant) => !isText(mutant));
  sayShare(plain, ', texts left out');
  sayShare(all, ' with texts');
}

let chosen;
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
  chosen = writeConfiguration(cwd, values.tests);
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
      dryRunTimeoutMinutes: 30,
      vitest: {
        related: values.tests === undefined,
        ...(chosen && { configFile: path.basename(chosen) }),
      },
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
} finally {
  if (chosen) rmSync(chosen, { force: true });
}
