#!/usr/bin/env node
// npm run engine:tensorflow
// Fits native TensorFlow in for the second engine, below ~/.cache, once per machine: from the wheel
// that PyPI has, where the install script of @tensorflow/tfjs-node may not run, cannot download, or
// does not know this Node.
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { checkTensorflow } from './lib/engine/check-tensorflow.mjs';
import { fitTensorflow } from './lib/engine/fit-tensorflow.mjs';
import { runTurbo } from './lib/launch/build.mjs';
import { explain, LaunchFailure } from './lib/launch/failure.mjs';
import { installDependencies } from './lib/launch/install.mjs';
import { say } from './lib/launch/progress.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

try {
  await installDependencies(root);
  await runTurbo(root, 'building bayes-core', ['@dubio/bayes-core']);
  const built = path.join(root, 'packages/bayes-core/dist/engine/tensorflow/native.js');
  const { fittedTensorflowFolder, TENSORFLOW_VERSION } = await import(pathToFileURL(built).href);
  const before = await checkTensorflow(root);
  if (before.fits) {
    say(`Nothing to do: ${before.sentence}`);
  } else {
    say(`To be fitted in: ${before.sentence}`);
    await fitTensorflow({ root, folder: fittedTensorflowFolder(), version: TENSORFLOW_VERSION });
    const after = await checkTensorflow(root);
    if (!after.fits)
      throw new LaunchFailure(
        `TensorFlow lies in ${fittedTensorflowFolder()}, but does not work: ${after.sentence} Remove the folder and try again; DUBIO_ENGINE=onnx goes on without it.`,
      );
    say(`Done: ${after.sentence}`);
  }
} catch (error) {
  console.error(explain(error, root));
  process.exitCode = 1;
}
