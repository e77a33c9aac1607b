import { describe, expect, it } from 'vitest';
import type { CurveRun } from '../curve/curve-state.js';
import { ruleTable, ruleTableText } from './rule-table.js';

function run(rule: string, seed: number, accuracy: number): CurveRun {
  const points = [0.1, accuracy].map((own, i) => ({
    labels: 10 * (i + 1),
    accuracy: own,
    nllNats: 1,
    epochs: 1,
    trainSeconds: 0,
    scoreSeconds: 0,
    acquireSeconds: 0,
  }));
  return { rule, seed, acquired: [], points };
}

describe('the table of rules', () => {
  const digits = {
    name: 'digits',
    runs: [
      run('random', 0, 0.5),
      run('random', 1, 0.5),
      run('bald', 0, 0.4),
      run('bald', 1, 0.42),
      run('margin', 0, 0.7),
      run('margin', 1, 0.72),
      run('badge', 0, 0.9),
    ],
  };
  const notes = {
    name: 'notes',
    runs: [
      run('random', 0, 0.5),
      run('random', 1, 0.5),
      run('bald', 0, 0.52),
      run('bald', 1, 0.52),
      run('margin', 0, 0.5),
      run('margin', 1, 0.5),
    ],
  };

  it('counts each set alike, and puts rules that miss a set last', () => {
    const rows = ruleTable([digits, notes]);
    expect(rows.map(({ rule }) => rule)).toEqual(['margin', 'bald', 'badge']);
    const [margin, bald, badge] = rows;
    expect(margin!.meanGain).toBeCloseTo((0.21 + 0) / 2, 12);
    expect(margin).toMatchObject({ winsOn: ['digits'], losesOn: [] });
    expect(bald!.worstGain).toBeCloseTo(-0.09, 12);
    expect(bald).toMatchObject({ winsOn: ['notes'], losesOn: ['digits'] });
    // One seed has no standard error, so it says nothing.
    expect(badge).toMatchObject({ winsOn: [], losesOn: [] });
  });

  it('is written with clear losses in bold', () => {
    const sets = [digits, notes];
    const text = ruleTableText(sets, ruleTable(sets));
    expect(text).toContain('| bald | **-9.0 ± 1.0** | +2.0 ± 0.0 | -3.5 ± 0.5 | -9.0 | 1 / 1 |');
    expect(text).toContain('| badge | +40.0 |  | +40.0 | +40.0 | 0 / 0 |');
  });

  it('compares with another rule than random where one is named', () => {
    const rows = ruleTable([digits], 'bald');
    const margin = rows.find(({ rule }) => rule === 'margin');
    expect(margin!.meanGain).toBeCloseTo(0.3, 12);
    expect(rows.map(({ rule }) => rule)).not.toContain('bald');
    expect(ruleTableText([digits], rows, 'bald')).toContain('above / below bald');
  });
});
