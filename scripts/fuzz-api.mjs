#!/usr/bin/env node
// npm run fuzz -- [--seconds 150] [--seed 1]
// Sends the API what no client would, made from its own document (schemathesis), as an owner, as an
// annotator and as nobody. Starts the product for it on a folder of its own. Ends with one line per
// actor, and with exit code 1 where an answer is a 5xx, of a status that the document does not name,
// or of another shape.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { documentFor } from './lib/fuzz/fuzz-document.mjs';
import { makeWorkplace } from './lib/fuzz/workplace.mjs';
import { findFreePort } from './lib/launch/ports.mjs';
import { runCommand } from './lib/launch/run-command.mjs';
import { runProduct } from './lib/running-product.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '150' },
    seed: { type: 'string', default: '1' },
    report: { type: 'string' },
  },
});
const root = fileURLToPath(new URL('..', import.meta.url));
const requirements = path.join(root, 'scripts/lib/fuzz/requirements.txt');
const CHECKS = [
  ...['not_a_server_error', 'status_code_conformance', 'content_type_conformance'],
  ...['response_schema_conformance', 'unsupported_method'],
];
const LIMIT_MS = 20 * 60_000;

/** Schemathesis in an environment of its own, made once per version. */
async function fetchSchemathesis() {
  const [, version] = /^schemathesis==(.+)$/m.exec(readFileSync(requirements, 'utf8'));
  const folder = path.join(homedir(), '.cache/dubio', `schemathesis-${version}`);
  const bin = path.join(folder, 'bin/schemathesis');
  if (existsSync(bin)) return bin;
  rmSync(folder, { recursive: true, force: true });
  await runCommand('making a Python environment', ['python3', '-m', 'venv', folder], {
    cwd: root,
    sentence: 'The fuzzer needs Python 3 with venv: on Debian, apt-get install python3-venv.',
  });
  const install = ['-m', 'pip', 'install', '--quiet', '--no-deps', '-r', requirements];
  await runCommand(
    `fetching schemathesis ${version}`,
    [path.join(folder, 'bin/python'), ...install],
    {
      cwd: root,
      sentence: 'pip could not fetch schemathesis. Is its index in reach?',
    },
  );
  return bin;
}

/** Below the limit of calls a minute, so that calls meet more than "too many requests". */
const PER_MINUTE = 1100;

/** Kinds of failures as schemathesis calls them, by what they mean here. */
const FOUND = {
  'answers of 5xx': ['ServerError'],
  'undocumented statuses': ['UndefinedStatusCode'],
  'undocumented content types': [
    'UndefinedContentType',
    'MissingContentType',
    'MalformedMediaType',
  ],
  'schema violations': [
    ...['JsonSchemaError', 'MalformedJson', 'DiscriminatorMismatch'],
    'ContentDeserializationError',
  ],
  'methods taken by mistake': ['UnsupportedMethodResponse'],
};

function run(bin, args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(bin, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data) => {
        said += data;
      });
    }
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, said }));
  });
}

async function fuzz(bin, { folder, url, actor, token }) {
  const report = path.join(folder, `${actor}.json`);
  const options = {
    url,
    phases: 'coverage,fuzzing',
    checks: CHECKS.join(','),
    seed: values.seed,
    'max-time': values.seconds,
    'rate-limit': `${PER_MINUTE}/m`,
    warnings: 'off',
    report: 'json',
    'report-json-path': report,
  };
  const flags = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  const header = token === null ? [] : ['--header', `Authorization: Bearer ${token}`];
  const document = path.join(folder, 'openapi.json');
  const { status, said } = await run(
    bin,
    ['--no-color', 'run', document, ...flags, ...header, '--no-shrink', '--continue-on-failure'],
    folder,
  );
  if (!existsSync(report)) throw new Error(`schemathesis has stopped:\n${said}`);
  const { test_cases: cases, failures, operations, errors } = JSON.parse(readFileSync(report));
  const count = (types) =>
    failures.reduce((sum, { type, count: n }) => sum + (types.includes(type) ? n : 0), 0);
  const found = Object.fromEntries(Object.entries(FOUND).map(([what, of]) => [what, count(of)]));
  const figures = Object.entries(found).map(([what, n]) => `${n} ${what}`);
  console.log(
    `${actor}: ${cases.generated} calls to ${operations.tested} operations, ${figures.join(', ')}`,
  );
  // Whatever kind it is: nothing that was found is passed over.
  const failed = status !== 0 || failures.length > 0 || errors.length > 0;
  if (failed) console.error(said.slice(-20_000));
  return { actor, calls: cases.generated, operations: operations.tested, found, failed };
}

const bin = await fetchSchemathesis();
const folder = mkdtempSync(path.join(tmpdir(), 'dubio-fuzz-'));
const port = await findFreePort();
const { link, stop } = await runProduct(
  root,
  ['--no-build', '--port', String(port), '--data-dir', path.join(folder, 'data'), '--workers', '1'],
  { limitMs: LIMIT_MS },
);
if (link === undefined) process.exit(1);
let results = [];
try {
  const { url, actors, known } = await makeWorkplace(link);
  const document = JSON.parse(readFileSync(path.join(root, 'packages/sdk/openapi.json'), 'utf8'));
  writeFileSync(path.join(folder, 'openapi.json'), JSON.stringify(documentFor(document, known)));
  const each = Object.entries(actors).map(([actor, token]) =>
    fuzz(bin, { folder, url, actor, token }),
  );
  results = await Promise.all(each);
} finally {
  await stop();
  rmSync(folder, { recursive: true, force: true });
}
if (values.report) {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root })
    .toString()
    .trim();
  const version = execFileSync(bin, ['--version'], { encoding: 'utf8' }).trim();
  const body = {
    commit,
    tool: version,
    seed: Number(values.seed),
    secondsPerActor: Number(values.seconds),
    results,
  };
  writeFileSync(values.report, `${JSON.stringify(body, null, 2)}\n`);
}
process.exit(results.some(({ failed }) => failed) || results.length === 0 ? 1 : 0);
