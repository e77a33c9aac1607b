import type { Answer, LabelSchema } from '@dubio/contracts';

export type Consensus = { answer: Answer; confidence: number };

/** The most frequent value; of equally frequent ones the one that was given first. */
function majority(values: readonly (string | number)[]): { value: string | number; votes: number } {
  const votes = new Map<string | number, number>();
  for (const value of values) votes.set(value, (votes.get(value) ?? 0) + 1);
  let best = { value: values[0] as string | number, votes: 0 };
  // A Map keeps the order of first insertion, and only strictly more votes win.
  for (const [value, count] of votes) if (count > best.votes) best = { value, votes: count };
  return best;
}

/** The middle value; the mean of the two middle ones when there is no single one. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] as number;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] as number;
  return (lower + upper) / 2;
}

/**
 * The agreed answer of an item. Choices: the majority of each field, ties to the earliest answer.
 * Numbers: the median. `confidence` is the smallest share of people behind a choice field, 1 for
 * numbers.
 *
 * @param answers in the order in which they were given; at least one.
 */
export function agreeOn(schema: LabelSchema, answers: readonly Answer[]): Consensus {
  const agreed: Answer = {};
  let confidence = 1;
  for (const field of schema.fields) {
    const values = answers.flatMap((answer) => {
      const value = answer[field.name];
      return value === undefined ? [] : [value];
    });
    if (values.length === 0) continue;
    if (field.kind === 'number') {
      agreed[field.name] = median(values.map(Number));
      continue;
    }
    const { value, votes } = majority(values);
    agreed[field.name] = value;
    confidence = Math.min(confidence, votes / values.length);
  }
  return { answer: agreed, confidence };
}
