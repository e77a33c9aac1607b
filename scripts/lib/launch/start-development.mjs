import { existsSync, watch } from 'node:fs';
import path from 'node:path';
import { runTurbo } from './build.mjs';
import { installDependencies } from './install.mjs';
import { runLauncher } from './launch.mjs';
import { ManagedProcess } from './managed-process.mjs';
import { say } from './progress.mjs';

const root = path.resolve(import.meta.dirname, '../../..');
const SCIENCE = ['packages/bayes-core', 'packages/active-learning'];
const SHARED = ['packages/contracts', 'packages/platform', 'packages/labelling'];
const COMPILED = [...SCIENCE, ...SHARED, 'packages/sdk', 'apps/api', 'apps/worker'];
/** What a program is made of: a change in one of them starts it again. */
const PARTS = {
  api: [...SCIENCE, ...SHARED, 'apps/api'],
  worker: [...SCIENCE, ...SHARED, 'apps/worker'],
};
/** The compiler writes many files for one change. */
const SETTLE_MS = 400;
const COMPILER_PATIENCE_MS = 2000;

const createCompiler = (workspace) =>
  new ManagedProcess({
    name: `compiler of ${workspace}`,
    args: [
      path.join(root, 'node_modules/typescript-native/bin/tsc'),
      ...['-p', path.join(root, workspace, 'tsconfig.build.json'), '--watch'],
      '--preserveWatchOutput',
    ],
    cwd: root,
    patienceMs: COMPILER_PATIENCE_MS,
  });

/** Starts programs again once their compiled parts have changed and come to rest. */
function watchParts(parts, restart) {
  let timer;
  const watchers = parts.map((part) =>
    watch(path.join(root, part, 'dist'), { recursive: true }, (_event, file) => {
      if (!file?.endsWith('.js')) return;
      clearTimeout(timer);
      timer = setTimeout(restart, SETTLE_MS);
    }),
  );
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}

async function afterReady({ crew, programs }) {
  for (const workspace of COMPILED) {
    if (existsSync(path.join(root, workspace, 'src'))) {
      crew.start(createCompiler(workspace), process.env);
    }
  }
  const restart = (members) => () => {
    say(`changed: starting ${members.map((member) => member.name).join(', ')} again`);
    return Promise.all(members.map((member) => crew.restart(member)));
  };
  const stops = [
    watchParts(PARTS.api, restart([programs.api])),
    watchParts(PARTS.worker, restart(programs.workers)),
  ];
  return async () => {
    for (const stop of stops) stop();
  };
}

/** npm run dev */
export function startDevelopment() {
  return runLauncher({
    root,
    script: 'dev.mjs',
    development: true,
    async prepare(options) {
      say(`development, data in ${options.dataDir}`);
      await installDependencies(root);
      // The web page is compiled on demand; the rest has to be there once.
      if (options.build) {
        await runTurbo(root, 'building packages, API and workers', [
          '@dubio/api',
          '@dubio/worker',
          '@dubio/web^...',
        ]);
      }
    },
    afterReady,
  });
}
