import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  combineEnsemble,
  completeSpec,
  type FitOptions,
  type FittedPosterior,
  fitPosterior,
  loadPosterior,
} from '@dubio/bayes-core';

/**
 * Trains and goes on from the last checkpoint beside `stem` after a stop; members of an ensemble
 * one by one, each kept as soon as it is trained. What was kept is gone once `clear` is called.
 */
export async function fitResumably(
  stem: string,
  options: FitOptions,
): Promise<{ readonly posterior: FittedPosterior; readonly clear: () => void }> {
  const { posterior: spec } = completeSpec(options.spec);
  if (spec.kind !== 'ensemble') return fitOne(stem, options);
  const parts = [];
  for (let member = 0; member < spec.members; member++) {
    const kept = `${stem}.member-${member}`;
    if (!existsSync(kept)) {
      const { posterior, clear } = await fitOne(`${stem}.${member}`, { ...options, member });
      writeBytes(kept, posterior.save());
      clear();
    }
    parts.push(loadPosterior(readFileSync(kept)));
  }
  const clear = () => {
    for (let member = 0; member < spec.members; member++) rmSync(`${stem}.member-${member}`);
  };
  return { posterior: combineEnsemble(parts), clear };
}

async function fitOne(stem: string, options: FitOptions) {
  const file = `${stem}.checkpoint`;
  const posterior = await fitPosterior({
    ...options,
    resumeFrom: existsSync(file) ? readFileSync(file) : undefined,
    onCheckpoint: (bytes) => writeBytes(file, bytes),
  });
  return { posterior, clear: () => rmSync(file, { force: true }) };
}

function writeBytes(file: string, bytes: Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.part`, bytes);
  renameSync(`${file}.part`, file);
}
