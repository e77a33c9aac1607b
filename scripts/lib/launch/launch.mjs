import path from 'node:path';
import { Crew } from './crew.mjs';
import { checkDisk, DataFolder } from './data-folder.mjs';
import { explain, LaunchFailure } from './failure.mjs';
import { HELP, readOptions } from './options.mjs';
import { describeHolder, findHolder } from './port-holder.mjs';
import { findFreePort, isPortTaken } from './ports.mjs';
import { environmentOf, prepareProduct } from './product.mjs';
import { createPrograms } from './programs.mjs';
import { say, step } from './progress.mjs';
import { saysReady, waitFor } from './readiness.mjs';

/** npm passes a Ctrl-C on that the terminal delivers as well: two within this time are one. */
const SAME_SIGNAL_MS = 1000;

async function checkPort(options) {
  if (!(await isPortTaken(options.port, options.host))) return;
  const other = options.port + 1;
  const holder = describeHolder(findHolder(options.port));
  throw new LaunchFailure(
    `Port ${options.port} is taken by ${holder}: stop that one, or choose another port, for example npm start -- --port ${other}`,
  );
}

/** Resolves at the first Ctrl-C or request to end; a second Ctrl-C calls `hurry`. */
function untilAskedToStop(state, hurry) {
  return new Promise((resolve) => {
    let firstAt = 0;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.on(signal, () => {
        const now = performance.now();
        if (!state.asked) {
          state.asked = true;
          firstAt = now;
          resolve();
        } else if (now - firstAt > SAME_SIGNAL_MS) hurry();
      });
    }
  });
}

/** Resolves when API, workers and web answer, or when the person has asked to stop. */
async function untilReady({ options, crew, state, apiPort }) {
  const stopped = () => state.asked;
  const health = `http://127.0.0.1:${apiPort}/api/v1/health/ready`;
  const anywhere = options.host === '0.0.0.0' || options.host === '::';
  const host = anywhere ? '127.0.0.1' : options.host;
  const web = `http://${host.includes(':') ? `[${host}]` : host}:${options.port}`;
  await step(`starting API, ${options.workers} workers and web`, () =>
    Promise.race([
      Promise.all([
        waitFor('API', health, { accept: saysReady, stopped }),
        waitFor('web server', `${web}/api/v1/health/live`, { stopped }),
      ]),
      crew.broken,
    ]),
  );
  crew.markReady();
}

/**
 * Takes the product from a clone to a printed link, and down again.
 *
 * @param plan `prepare` brings code into shape before anything starts; `afterReady` may watch
 * sources
 */
async function launch(plan) {
  const { root, options, state } = plan;
  checkDisk(root);
  const folder = new DataFolder(options.dataDir);
  await folder.open({ script: plan.script, url: `http://localhost:${options.port}` });
  const crew = new Crew(folder);
  let cleanUp = async () => {};
  const asked = untilAskedToStop(state, () => {
    say('stopping at once');
    crew.kill();
  });
  try {
    await checkPort(options);
    await Promise.race([plan.prepare(), asked, crew.broken]);
    if (state.asked) return;
    const apiPort = Number(process.env.DUBIO_API_PORT) || (await findFreePort());
    const logs = plan.development ? null : folder.folder('logs');
    const environment = environmentOf({ options, folder, apiPort });
    const programs = createPrograms({ root, options, logs, development: plan.development });
    // The web server needs no database: it comes up meanwhile.
    crew.start(programs.web, environment);
    const watch = (member) => crew.start(member, environment);
    const product = await prepareProduct({ root, options, folder, environment, watch });
    if (state.asked) return;
    for (const member of [programs.api, ...programs.workers]) crew.start(member, product.env);
    await untilReady({ options, crew, state, apiPort });
    if (state.asked) return;
    cleanUp = await plan.afterReady({ crew, programs });
    state.ready = true;
    if (logs !== null)
      say(`logs are in ${path.relative(process.cwd(), logs) || logs}; Ctrl-C stops everything`);
    console.log(`Dubio is ready: ${await product.createSignInUrl()}`);
    await Promise.race([asked, crew.broken]);
  } finally {
    if (state.ready) say('stopping: running work is finished or handed back');
    state.asked = true;
    await cleanUp();
    await crew.stop();
    folder.close();
    say('stopped');
  }
}

/**
 * Runs a launcher script to its end and sets the exit code.
 * @see docs/decisions/0006
 */
export async function runLauncher({ root, script, development, prepare, afterReady }) {
  const state = { asked: false, ready: false };
  // A terminal that was closed takes no more lines; stopping in order matters more.
  process.stdout.on('error', () => {});
  let dataDir = root;
  try {
    const options = readOptions(process.argv.slice(2), process.env, root);
    if (options.help) return console.log(HELP);
    dataDir = options.dataDir;
    await launch({
      ...{ root, script, development, options, state },
      prepare: () => prepare(options),
      afterReady: afterReady ?? (async () => async () => {}),
    });
  } catch (error) {
    const what = state.ready ? 'Dubio stopped' : 'Dubio did not start';
    console.error(`\n${what}: ${explain(error, dataDir)}`);
    process.exitCode = 1;
  }
  // A build that was interrupted may still hold the event loop.
  process.exit();
}
