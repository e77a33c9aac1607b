import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { UsageError } from './bench.js';

const folder = fileURLToPath(new URL('../../peers/', import.meta.url));

/**
 * Runs one of our peer scripts under the interpreter that was named and reads the JSON line it
 * prints.
 */
export async function runPeer(
  python: string,
  script: string,
  args: Readonly<Record<string, string | number>>,
): Promise<Record<string, unknown>> {
  const words = Object.entries(args).flatMap(([key, value]) => [`--${key}`, String(value)]);
  const { stdout } = await promisify(execFile)(python, ['-B', `${folder}${script}`, ...words], {
    cwd: folder,
  }).catch((cause: unknown) => {
    throw new UsageError(
      `${python} could not run peers/${script}; it needs torch and numpy. ${cause instanceof Error ? cause.message : ''}`,
    );
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
}

/** A number of a peer's answer. */
export function peerNumber(answer: Record<string, unknown>, key: string): number {
  const value = answer[key];
  if (typeof value !== 'number')
    throw new Error(`The peer gave no ${key}: ${JSON.stringify(answer)}`);
  return value;
}
