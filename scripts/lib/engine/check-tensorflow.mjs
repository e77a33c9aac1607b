import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const program = path.join(import.meta.dirname, 'tensorflow-agrees.mjs');
const LIMIT_MS = 120_000;

/** Asks in a process of its own, which a broken library cannot take down with it. */
export async function checkTensorflow(root) {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [program], {
      cwd: root,
      timeout: LIMIT_MS,
      env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
    });
    return { fits: true, sentence: stdout.trim() };
  } catch (error) {
    const said = String(error.stderr ?? '')
      .trim()
      .split('\n')
      .at(-1);
    return { fits: false, sentence: said || `the check ended with ${error.signal ?? error.code}.` };
  }
}

/** Whether a program is in the PATH. */
export function findProgram(name) {
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .some((folder) => folder !== '' && existsSync(path.join(folder, name)));
}
