import type { Answer, AnswerValue, LabelSchema } from '@dubio/contracts';

export type Consensus = { answer: Answer; confidence: number };

/** The most frequent value; of equally frequent ones the one that was given first. */
function majority(values: readonly string[]): { value: string; votes: number } {
  const votes = new Map<string, number>();
  for (const value of values) votes.set(value, (votes.get(value) ?? 0) + 1);
  let best = { value: values[0] as string, votes: 0 };
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
 * The choices that more than half of the people made, in the order of the schema, and the smallest
 * share that agrees with one.
 */
function eachByMajority(
  choices: readonly string[],
  values: readonly AnswerValue[],
): { value: string[]; share: number } {
  const lists = values.map((value) => new Set(Array.isArray(value) ? value : []));
  let share = 1;
  const value = choices.filter((choice) => {
    const made = lists.filter((list) => list.has(choice)).length / lists.length;
    share = Math.min(share, Math.max(made, 1 - made));
    return made > 0.5 || (made === 0.5 && lists[0]?.has(choice));
  });
  return { value, share };
}

/**
 * The agreed answer of an item. Choices: the majority of each field, ties to the earliest answer;
 * where several may be chosen, the majority on each of them. Numbers: the median. `confidence` is
 * the smallest share of people behind a choice, 1 for numbers.
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
    if (field.kind === 'choices') {
      const known = field.choices.map((choice) => choice.value);
      const { value, share } = eachByMajority(known, values);
      agreed[field.name] = value;
      confidence = Math.min(confidence, share);
      continue;
    }
    const { value, votes } = majority(values.map(String));
    agreed[field.name] = value;
    confidence = Math.min(confidence, votes / values.length);
  }
  return { answer: agreed, confidence };
}
