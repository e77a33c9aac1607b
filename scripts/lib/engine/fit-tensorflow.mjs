import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { LaunchFailure } from '../launch/failure.mjs';
import { runCommand } from '../launch/run-command.mjs';
import { findProgram } from './check-tensorflow.mjs';

/**
 * The wheel of CPython 3.11 for glibc 2.17 and newer; only its libraries and C headers are used.
 */
const WHEEL_SHA256 = '54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26';
const WHEEL_TAGS = ['--python-version', '3.11', '--platform', 'manylinux2014_x86_64'];
/** Which Node-API the binding asks for: every Node that Dubio runs on has it. */
const NAPI_VERSION = 8;

const UNPACK = `
import sys, zipfile
keep = ('tensorflow/libtensorflow_cc.so.', 'tensorflow/libtensorflow_framework.so.',
  'tensorflow/include/tensorflow/c/', 'tensorflow/include/tensorflow/core/platform/ctstring',
  'tensorflow/include/tensorflow/tsl/c/', 'tensorflow/include/tensorflow/tsl/platform/ctstring',
  'tensorflow/include/tsl/c/', 'tensorflow/include/tsl/platform/ctstring',
  'tensorflow/include/xla/tsl/c/', 'tensorflow/include/external/local_tsl/tsl/')
wheel = zipfile.ZipFile(sys.argv[1])
wheel.extractall(sys.argv[2], [name for name in wheel.namelist() if name.startswith(keep)])
`;

/** What this machine lacks, as sentences that say what to do. */
export function listObstacles({ platform, arch, cpuFlags, has }) {
  const obstacles = [];
  if (platform !== 'linux' || arch !== 'x64') {
    return [
      `There is no wheel to take TensorFlow from on ${platform} ${arch}. Let the package's own install script try: npm rebuild @tensorflow/tfjs-node --ignore-scripts=false`,
    ];
  }
  if (!/\bavx\b/.test(cpuFlags)) obstacles.push('TensorFlow needs a processor with AVX.');
  if (!has('python3')) obstacles.push('Install python3 and pip: apt-get install python3-pip');
  if (!has('g++')) obstacles.push('Install a C++ compiler: apt-get install g++');
  return obstacles;
}

/**
 * Makes the folder with TensorFlow's libraries and the binding of tfjs-node, whole or not at all.
 */
export async function fitTensorflow({ root, folder, version }) {
  const { platform, arch } = process;
  const cpuFlags = platform === 'linux' ? readFileSync('/proc/cpuinfo', 'utf8') : '';
  const obstacles = listObstacles({ platform, arch, cpuFlags, has: findProgram });
  if (obstacles.length > 0) throw new LaunchFailure(obstacles.join('\n'));
  mkdirSync(path.dirname(folder), { recursive: true });
  const scratch = mkdtempSync(`${folder}.`);
  const remove = () => rmSync(scratch, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    const wheel = await download(scratch, version);
    await unpack(wheel, scratch);
    await buildBinding(root, scratch);
    rmSync(folder, { recursive: true, force: true });
    renameSync(path.join(scratch, 'fitted'), folder);
  } finally {
    process.off('exit', remove);
    remove();
  }
}

async function download(scratch, version) {
  const wanted = path.join(scratch, 'wanted.txt');
  writeFileSync(wanted, `tensorflow-cpu==${version} --hash=sha256:${WHEEL_SHA256}\n`);
  const options = ['--no-deps', '--require-hashes', '--only-binary', ':all:', ...WHEEL_TAGS];
  const pip = ['python3', '-m', 'pip', 'download', '--disable-pip-version-check'];
  await runCommand(
    `downloading tensorflow-cpu ${version} from the Python package index, 198 MB`,
    [...pip, ...options, '--dest', scratch, '--requirement', wanted],
    {
      cwd: scratch,
      env: process.env,
      sentence:
        'The wheel of TensorFlow could not be downloaded. Is pip there (apt-get install python3-pip), and does it reach a package index (pip config list)? It said:',
    },
  );
  return path.join(
    scratch,
    readdirSync(scratch).find((name) => name.endsWith('.whl')),
  );
}

async function unpack(wheel, scratch) {
  await runCommand('unpacking its libraries', ['python3', '-c', UNPACK, wheel, scratch], {
    cwd: scratch,
    env: process.env,
    sentence:
      'The wheel could not be unpacked; remove it from the cache (pip cache purge). Python said:',
  });
  rmSync(wheel);
  mkdirSync(path.join(scratch, 'fitted'));
  const from = path.join(scratch, 'tensorflow');
  for (const name of readdirSync(from).filter((file) => file.startsWith('libtensorflow')))
    renameSync(path.join(from, name), path.join(scratch, 'fitted', name));
}

/**
 * The binding's source is part of the npm package; it speaks Node-API only, so one build serves
 * every Node.
 */
async function buildBinding(root, scratch) {
  const resolve = createRequire(path.join(root, 'packages/bayes-core/package.json')).resolve;
  const source = path.join(path.dirname(findPackage(resolve)), 'binding');
  const { default: nodeApi } = await import('node-api-headers');
  const fitted = path.join(scratch, 'fitted');
  await runCommand(
    'compiling the binding',
    [
      ...['g++', '-O2', '-fPIC', '-shared', '-std=c++17', `-DNAPI_VERSION=${NAPI_VERSION}`],
      ...['-I', nodeApi.include_dir, '-I', path.join(scratch, 'tensorflow/include')],
      ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => path.join(source, file)),
      ...['-o', path.join(fitted, 'tfjs_binding.node'), '-L', fitted],
      ...['-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2', '-Wl,-rpath,$ORIGIN'],
    ],
    { cwd: scratch, env: process.env, sentence: 'The binding does not compile; g++ said:' },
  );
}

function findPackage(resolve) {
  try {
    return resolve('@tensorflow/tfjs-node/package.json');
  } catch {
    throw new LaunchFailure(
      '@tensorflow/tfjs-node is not installed. It is an optional dependency: run npm ci without --omit=optional.',
    );
  }
}
