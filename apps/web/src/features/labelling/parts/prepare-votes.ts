import type { KeyedChoice } from '../keys/assign-keys';

export type VoteRow = { name: string; index: number; votes: number };

/** Votes by class, most first; classes without a vote are left out. */
export function prepareVotes(
  votes: readonly number[],
  choices: readonly Pick<KeyedChoice, 'name' | 'index'>[],
): { rows: VoteRow[]; samples: number } {
  const rows = choices
    .map(({ name, index }) => ({ name, index, votes: votes[index] ?? 0 }))
    .filter((row) => row.votes > 0)
    .sort((a, b) => b.votes - a.votes || a.index - b.index);
  return { rows, samples: votes.reduce((sum, each) => sum + each, 0) };
}
