import { describe, expect, it } from 'vitest';
import { againstRandom, againstRandomTable } from './against-random.js';
import type { CurveRun } from './curve-state.js';

function run(rule: string, seed: number, accuracies: readonly number[]): CurveRun {
  const points = accuracies.map((accuracy, i) => ({
    labels: 10 * (i + 1),
    accuracy,
    nllNats: 1,
    epochs: 1,
    trainSeconds: 0,
    scoreSeconds: 0,
    acquireSeconds: 0,
  }));
  return { rule, seed, acquired: [], points };
}

describe('againstRandom', () => {
  it('compares seed by seed behind the first round, up to where both were followed', () => {
    const runs = [
      run('random', 0, [0.2, 0.5, 0.6]),
      run('random', 1, [0.9, 0.4, 0.4]),
      run('bald', 0, [0.2, 0.6, 0.7, 1]),
      run('bald', 1, [0.9, 0.7, 0.7, 1]),
      run('margin', 1, [0.9, 0.3, 0.3]),
    ];
    const [bald, margin] = againstRandom(runs);
    expect(bald).toMatchObject({ rule: 'bald', seeds: 2, labels: 30, ahead: 2 });
    expect(bald!.gain).toBeCloseTo((0.1 + 0.3) / 2, 12);
    expect(bald!.standardError).toBeCloseTo(0.1, 12);
    expect(margin).toMatchObject({ rule: 'margin', seeds: 1, standardError: null, ahead: 0 });
    expect(againstRandomTable([bald!, margin!])).toContain('| margin | 30.0 | -10.0 | 0 of 1 |');
  });

  it('says nothing without random, or before a second round', () => {
    expect(againstRandom([run('bald', 0, [0.5, 0.6])])).toEqual([]);
    expect(againstRandom([run('bald', 0, [0.5]), run('random', 0, [0.5])])).toEqual([]);
  });
});
