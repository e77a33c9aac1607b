import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOnnxEngine, type FitOptions, fitPosterior, normal, stream } from '@dubio/bayes-core';
import { afterAll, describe, expect, it } from 'vitest';
import { fitResumably } from './fit-resumably.js';

const folder = mkdtempSync(join(tmpdir(), 'dubio-bench-resume-'));
afterAll(() => rmSync(folder, { recursive: true }));

const rows = 60;
const x = normal(stream(5), rows * 3);
const options = (posterior: FitOptions['spec']['posterior']): FitOptions => ({
  engine: createOnnxEngine({ threads: 1 }),
  train: {
    features: { data: x, rows, shape: [3] },
    targets: {
      kind: 'class',
      values: Int32Array.from({ length: rows }, (_, n) => (x[3 * n]! > 0 ? 1 : 0)),
    },
  },
  spec: {
    network: { preset: 'small-mlp', units: 8 },
    input: { shape: [3] },
    output: { kind: 'class', classes: 2 },
    posterior: posterior ?? { kind: 'point' },
    batchSize: 32,
    maxEpochs: 12,
  },
  seed: 3,
});

/** Stops a run after some steps, as a closed terminal would. */
function stoppedAfter(steps: number, fit: FitOptions): FitOptions {
  const stop = new AbortController();
  return {
    ...fit,
    signal: stop.signal,
    onProgress: ({ step }) => {
      if (step > steps) stop.abort();
    },
  };
}

describe('fitResumably', () => {
  it('goes on from the checkpoint of a stopped run to the same weights, and clears up', async () => {
    const stem = join(folder, 'point');
    const fit = options({ kind: 'point' });
    await expect(fitResumably(stem, stoppedAfter(260, fit))).rejects.toThrow();
    expect(existsSync(`${stem}.checkpoint`)).toBe(true);
    const steps: number[] = [];
    const onProgress: FitOptions['onProgress'] = ({ step }) => steps.push(step);
    const { posterior, clear } = await fitResumably(stem, { ...fit, onProgress });
    expect(steps[0]).toBeGreaterThan(200);
    expect(posterior.save()).toEqual((await fitPosterior(fit)).save());
    clear();
    expect(existsSync(`${stem}.checkpoint`)).toBe(false);
  }, 60_000);

  it('keeps finished members of an ensemble and joins them as if trained in one go', async () => {
    const stem = join(folder, 'ensemble');
    const fit = options({ kind: 'ensemble', members: 2 });
    let runs = 0;
    const failing: FitOptions = {
      ...fit,
      onProgress: ({ member }) => {
        if (member === 1) throw new Error('the machine went down');
        runs += 1;
      },
    };
    await expect(fitResumably(stem, failing)).rejects.toThrow('the machine went down');
    expect(runs).toBeGreaterThan(0);
    expect(existsSync(`${stem}.member-0`)).toBe(true);
    const { posterior, clear } = await fitResumably(stem, fit);
    expect(posterior.save()).toEqual((await fitPosterior(fit)).save());
    clear();
    expect(readdirSync(folder).filter((name) => name.startsWith('ensemble'))).toEqual([]);
  }, 60_000);
});
