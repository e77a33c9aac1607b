import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { normal, stream } from '@dubio/bayes-core';
import { afterAll, describe, expect, it } from 'vitest';
import { withDefaults } from '../framework/run-bench.js';
import { readUciSet } from './uci-data.js';
import { uciRegressionBench } from './uci-regression.bench.js';
import { meanWithError, type UciSummary, uciSummary } from './uci-table.js';

const folder = mkdtempSync(join(tmpdir(), 'dubio-bench-uci-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** y = 3 x + 1 + N(0, .1^2) in the layout of the published splits, with a constant column. */
function writeSet(): void {
  const set = join(folder, 'yacht');
  mkdirSync(join(set, 'reference_results'), { recursive: true });
  const rows = 120;
  const x = normal(stream(1), rows);
  const noise = normal(stream(2), rows);
  const files: Record<string, string> = {
    'data.txt': Array.from(x, (a, i) => `${a} 7  ${3 * a + 1 + 0.1 * noise[i]!}`).join('\n'),
    'index_features.txt': '0\n1\n',
    'index_target.txt': '2\n',
    'n_splits.txt': '2\n',
    'n_hidden.txt': '20\n',
    'n_epochs.txt': '40\n',
    'dropout_rates.txt': '0.005\n0.05\n',
    'tau_values.txt': '10\n50\n',
  };
  for (const split of [0, 1]) {
    const isTest = (n: number) => n % 10 === split;
    const all = Array.from({ length: rows }, (_, n) => n);
    files[`index_train_${split}.txt`] = all.filter((n) => !isTest(n)).join('\n');
    files[`index_test_${split}.txt`] = all.filter(isTest).join('\n');
  }
  for (const [what, text] of [
    ['ll', '-1\n-2\n'],
    ['MC_rmse', '0.5\n0.7\n'],
  ])
    files[`reference_results/test_${what}_100_xepochs_1_hidden_layers.txt`] = text!;
  for (const [name, text] of Object.entries(files)) writeFileSync(join(set, name), text);
}

describe('the UCI bench', () => {
  writeSet();

  it('reads features, target, splits and the grid of a set, and names what is missing', () => {
    const set = readUciSet(folder, 'yacht');
    expect([set.rows, set.width, set.units]).toEqual([120, 2, 20]);
    expect(set.features_N_D[1]).toBe(7);
    expect(set.splits[1]!.test).toHaveLength(12);
    expect(set.authors).toEqual({ rmse: [0.5, 0.7], logLikelihood: [-1, -2] });
    expect(() => readUciSet(folder, 'energy')).toThrow(/energy.*is missing/);
  });

  it('learns a line, chooses the precision that fits, and takes finished splits from its state', async () => {
    const out = join(folder, 'out.json');
    const run = async (splits: string) => {
      const given = {
        data: folder,
        sets: 'yacht',
        splits,
        'epoch-share': '0.2',
        samples: '200',
        'validation-samples': '100',
      };
      const options = withDefaults(uciRegressionBench, given);
      const result = await uciRegressionBench.run({ options, out, log: () => {} });
      return (result.summaries as readonly UciSummary[])[0]!;
    };
    const { rmse, logLikelihood, splits } = await run('1');
    expect(splits).toBe(1);
    expect(rmse.ours.mean).toBeLessThan(0.5);
    // At precision 50 the true line has about 1/2 ln(50 / 2 pi) - 1/4 = .79 nats; precision 10 can
    // have at most .23.
    expect(logLikelihood.ours.mean).toBeGreaterThan(0.23);
    const file = join(folder, 'out.state.json');
    const state = JSON.parse(readFileSync(file, 'utf8'));
    state.results['yacht 0'].rmse = 123;
    writeFileSync(file, JSON.stringify(state));
    const second = await run('2');
    expect(second.splits).toBe(2);
    expect(second.rmse.ours.mean).toBeGreaterThan(61);
    expect(second.rmse.verdict).toBe('worse');
  }, 60_000);
});

describe('uciSummary', () => {
  const result = (rmse: number, logLikelihood: number) => ({
    rmse,
    logLikelihood,
    rate: 0.05,
    precision: 1,
    passes: 1,
    steps: 1,
    seconds: 2,
  });
  const published = {
    rmse: [3, 0.2],
    logLikelihood: [-2, 0.1],
    bestLogLikelihood: -1.5,
  } as const;

  it('compares with the authors on the same splits, and with the published mean without them', () => {
    const input = {
      set: 'a',
      ofSplits: 3,
      results: [result(2, -2.3), result(4, -2.1)],
      published,
    };
    const paired = uciSummary({
      ...input,
      authors: { rmse: [2.5, 4.5, 9], logLikelihood: [-2.25, -2.05, 9] },
    });
    expect(paired.rmse.authors.mean).toBeCloseTo(3.5, 12);
    expect(paired.rmse.difference!.mean).toBeCloseTo(-0.5, 12);
    expect(paired.rmse.difference!.standardError).toBeCloseTo(0, 12);
    expect([paired.rmse.verdict, paired.logLikelihood.verdict]).toEqual(['better', 'within']);
    const alone = uciSummary({ ...input, authors: null });
    expect(alone.rmse).toMatchObject({ authors: { mean: 3 }, difference: null, verdict: 'within' });
    expect(alone.logLikelihood.verdict).toBe('worse');
    expect(alone.seconds).toBe(4);
  });

  it('takes the standard error as the authors do', () => {
    expect(meanWithError([1, 3])).toEqual({ mean: 2, standardError: Math.sqrt(0.5) });
  });
});
