import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  completeSpec,
  type Engine,
  type FittedPosterior,
  fitPosterior,
  loadPosterior,
  type PartialModelSpec,
} from '@dubio/bayes-core';
import type { Dataset } from '../data/dataset.js';

export type TrainedRun = { readonly posterior: FittedPosterior; readonly seconds: number };

/**
 * Trains a posterior, or goes on where an earlier run of the same protocol stopped: a finished one
 * is read from `folder`, an unfinished one from its checkpoint.
 */
export async function trainOrLoad(options: {
  readonly engine: Engine;
  readonly spec: PartialModelSpec;
  readonly train: Dataset;
  readonly seed: number;
  readonly folder: string;
  readonly name: string;
  readonly log: (line: string) => void;
}): Promise<TrainedRun> {
  const { engine, spec, train, seed, folder, name, log } = options;
  mkdirSync(folder, { recursive: true });
  const [whole, part, clock] = ['posterior', 'checkpoint', 'seconds'].map((kind) =>
    join(folder, `${name}.${kind}`),
  ) as [string, string, string];
  const before = existsSync(clock) ? Number(readFileSync(clock, 'utf8')) : 0;
  if (existsSync(whole)) {
    const posterior = loadPosterior(readFileSync(whole));
    if (JSON.stringify(posterior.spec) === JSON.stringify(completeSpec(spec)))
      return { posterior, seconds: before };
    log(`${name}: what lies there was trained otherwise; training anew`);
  }
  const started = process.cpuUsage();
  const seconds = () => {
    const { user, system } = process.cpuUsage(started);
    return before + (user + system) / 1e6;
  };
  let epoch = 0;
  const posterior = await fitPosterior({
    engine,
    spec,
    seed,
    train: { features: train.features, targets: { kind: 'class', values: train.labels } },
    ...(existsSync(part) ? { resumeFrom: readFileSync(part) } : {}),
    onCheckpoint: (bytes) => {
      replaceFile(part, bytes);
      writeFileSync(clock, String(seconds()));
    },
    onProgress: (progress) => {
      if (progress.epoch === epoch) return;
      epoch = progress.epoch;
      log(`${name}: epoch ${epoch}, loss ${progress.loss.toFixed(3)}, ${seconds().toFixed(0)} s`);
    },
  });
  replaceFile(whole, posterior.save());
  writeFileSync(clock, String(seconds()));
  rmSync(part, { force: true });
  return { posterior, seconds: seconds() };
}

function replaceFile(file: string, bytes: Uint8Array): void {
  writeFileSync(`${file}.part`, bytes);
  renameSync(`${file}.part`, file);
}
