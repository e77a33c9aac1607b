import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import path from 'node:path';
import type { KernelBackend } from '@tensorflow/tfjs-core';

const require = createRequire(import.meta.url);
const PACKAGE = '@tensorflow/tfjs-node';
/** The versions of Node-API that a binding may have been built for. */
const NAPI_VERSIONS = [8, 7, 6, 5, 4, 3];

/** What belongs together: another version of either gets a folder of its own. */
export const TENSORFLOW_VERSION = '2.15.1';
const TFJS_VERSION = '4.22.0';

/**
 * Where `npm run engine:tensorflow` puts TensorFlow and its binding: outside of `node_modules`,
 * once per machine.
 */
export function fittedTensorflowFolder(): string {
  const name = `tfjs-node-${TFJS_VERSION}-tensorflow-${TENSORFLOW_VERSION}`;
  return path.join(homedir(), '.cache', 'dubio', 'engines', name);
}

/**
 * The bindings that may be there: the package's own, made by its install script, then the fitted
 * one.
 */
function listBindings(packageFolder: string): string[] {
  const own = NAPI_VERSIONS.map((version) =>
    path.join(packageFolder, 'lib', `napi-v${version}`, 'tfjs_binding.node'),
  );
  return [...own, path.join(fittedTensorflowFolder(), 'tfjs_binding.node')].filter(existsSync);
}

/**
 * TensorFlow as a backend of tfjs, with its kernels registered.
 * @throws when the package is not installed, no binding was built, or the one there is does not
 * load
 * @see docs/decisions/0017
 */
export function loadNativeBackend(): KernelBackend {
  const packageFolder = path.dirname(require.resolve(`${PACKAGE}/package.json`));
  const [binding] = listBindings(packageFolder);
  if (binding === undefined) throw new Error(`${PACKAGE} has no native binding here`);
  restoreOldUtilities();
  const native: unknown = require(binding);
  require(path.join(packageFolder, 'dist', 'register_all_kernels.js'));
  const { NodeJSKernelBackend } = require(
    path.join(packageFolder, 'dist', 'nodejs_kernel_backend.js'),
  );
  return new NodeJSKernelBackend(native, PACKAGE) as KernelBackend;
}

/** Node 23 took away two functions that tfjs-node 4.22 calls for each operation. */
function restoreOldUtilities(): void {
  const util = require('node:util') as Record<string, unknown>;
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}
