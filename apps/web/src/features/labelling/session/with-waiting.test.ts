import type { LabellingStatus } from '@dubio/contracts';
import { describe, expect, it } from 'vitest';
import type { OutboxRecord } from '../outbox/outbox-record';
import { withWaiting } from './with-waiting';

const status = {
  mineToday: 118,
  mineInAll: 124,
  projectLabels: 286,
  labelsUntilRound: 2,
} as LabellingStatus;
const waiting = (...kinds: OutboxRecord['input']['kind'][]) =>
  kinds.map((kind) => ({ input: { kind } as OutboxRecord['input'] }));

describe('withWaiting', () => {
  it('counts answers, not skips and flags', () => {
    const progress = withWaiting(status, waiting('answer', 'skip', 'flag'));
    expect([progress.mineToday, progress.mineInAll, progress.projectLabels]).toEqual([
      119, 125, 287,
    ]);
    expect(progress.labelsUntilRound).toBe(1);
  });

  it('never promises a round in less than no labels, and none where none is planned', () => {
    const three = waiting('answer', 'answer', 'answer');
    expect(withWaiting(status, three).labelsUntilRound).toBe(0);
    expect(withWaiting({ ...status, labelsUntilRound: null }, three).labelsUntilRound).toBeNull();
  });
});
