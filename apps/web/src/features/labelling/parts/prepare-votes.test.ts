import { describe, expect, it } from 'vitest';
import { prepareVotes } from './prepare-votes';

const choices = ['1', '2', '0'].map((name, place) => ({
  name,
  index: place === 2 ? 0 : place + 1,
}));

describe('prepareVotes', () => {
  it('sorts by votes, leaves out who got none, and counts the samples', () => {
    const { rows, samples } = prepareVotes([3, 0, 7], choices);
    expect(rows).toEqual([
      { name: '2', index: 2, votes: 7 },
      { name: '0', index: 0, votes: 3 },
    ]);
    expect(samples).toBe(10);
  });

  it('keeps the order of the schema where votes are equal', () => {
    expect(prepareVotes([2, 2, 2], choices).rows.map((row) => row.name)).toEqual(['0', '1', '2']);
  });
});
