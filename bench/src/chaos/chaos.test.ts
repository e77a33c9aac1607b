import { describe, expect, it } from 'vitest';
import { hasHeld, recoveries, sayVerdict, type Verdict } from './chaos-report.js';
import { FAULTS, planFaults } from './fault-plan.js';
import { Ledger, longestStall } from './ledger.js';
import { StillRounds } from './watch.js';

const take = (seed: number, count: number) => {
  const plan = planFaults(FAULTS, seed);
  return Array.from({ length: count }, () => plan.next().value);
};

describe('the plan of faults', () => {
  it('is the same for a seed and another for another', () => {
    expect(take(3, 25)).toEqual(take(3, 25));
    expect(take(3, 25)).not.toEqual(take(4, 25));
  });

  it('does each fault once before any comes again, every 20 to 40 seconds', () => {
    const faults = take(5, 3 * FAULTS.length);
    for (let i = 0; i < faults.length; i += FAULTS.length) {
      const kinds = faults.slice(i, i + FAULTS.length).map(({ kind }) => kind);
      expect([...kinds].sort()).toEqual([...FAULTS].sort());
    }
    for (const { afterSeconds, lastsSeconds, share } of faults) {
      expect(afterSeconds).toBeGreaterThanOrEqual(20);
      expect(afterSeconds).toBeLessThanOrEqual(40);
      expect(lastsSeconds).toBeGreaterThan(0);
      expect(share).toBeLessThan(1);
    }
  });
});

describe('the longest stall', () => {
  const run = { fromMs: 0, toMs: 100_000 };

  it('is the longest time without a label, also at both ends', () => {
    expect(longestStall([10_000, 15_000, 50_000, 90_000], run, [])).toBe(40);
    expect(longestStall([80_000], run, [])).toBe(80);
    expect(longestStall([], run, [])).toBe(100);
  });

  it('leaves out what lies in outages, and nothing else', () => {
    const outage = { fromMs: 20_000, toMs: 45_000 };
    expect(longestStall([10_000, 50_000, 90_000], run, [outage])).toBe(40);
    expect(longestStall([10_000, 50_000, 75_000, 90_000], run, [outage])).toBe(25);
  });
});

describe('rounds that stand still', () => {
  const still = (looks: readonly (string | null)[]) => {
    const rounds = new StillRounds();
    looks.forEach((signs, second) => {
      if (signs === null) rounds.pause();
      else rounds.look([{ id: 'round', signs }], second * 1000);
    });
    return rounds;
  };

  it('are those without a sign of life for long enough', () => {
    expect(still(['a', 'a', 'a', 'a']).stuck(2500)).toEqual(['round']);
    expect(still(['a', 'a', 'b', 'b']).stuck(2500)).toEqual([]);
  });

  it('are not those of whom the database could not tell', () => {
    expect(still(['a', null, null, null, 'a', 'a']).stuck(2500)).toEqual([]);
    expect(still(['a', null, null, null, 'a', 'a']).longest.get('round')).toBe(1000);
  });
});

describe('the verdict', () => {
  const good: Verdict = {
    ...{ acknowledged: 10, stored: 10, lost: 0, doubled: 0, unacknowledged: 0 },
    ...{ doubleLeases: 0, stuckRounds: 0, longestStallSeconds: 12.34 },
  };

  it('is one line', () => {
    expect(sayVerdict(good)).toBe(
      'labels acknowledged 10, stored 10, 0 lost, 0 doubled, 0 double leases, longest stall 12.3 s',
    );
  });

  it('holds when nothing was lost, doubled, leased twice or stuck', () => {
    expect(hasHeld(good)).toBe(true);
    for (const bad of [
      ...[{ lost: 1 }, { doubled: 1 }, { doubleLeases: 1 }, { stuckRounds: 1 }],
      ...[{ longestStallSeconds: 60.1 }, { acknowledged: 0 }],
    ]) {
      expect(hasHeld({ ...good, ...bad })).toBe(false);
    }
  });

  it('sums recoveries up by kind; what never recovered is not left out', () => {
    const fault = { what: '', atSeconds: 0 };
    expect(
      recoveries([
        { ...fault, kind: 'api', recoveredSeconds: 2 },
        { ...fault, kind: 'api', recoveredSeconds: 4 },
        { ...fault, kind: 'web', recoveredSeconds: null },
      ]),
    ).toEqual([
      { kind: 'api', faults: 2, recovered: 2, p50Seconds: 3, maxSeconds: 4 },
      { kind: 'web', faults: 1, recovered: 0, p50Seconds: null, maxSeconds: null },
    ]);
  });
});

describe('the ledger', () => {
  it('counts items that were given to more people than asked while they were held', () => {
    const ledger = new Ledger();
    ledger.hold('item', 'a', 1);
    ledger.letGo('item', 'a');
    ledger.hold('item', 'b', 1);
    expect(ledger.servedTwice).toBe(0);
    ledger.hold('item', 'c', 1);
    expect(ledger.servedTwice).toBe(1);
  });
});
