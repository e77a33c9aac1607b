// Every cap of the loop. Rounds, replays and benches choose under the same ones, so that a curve
// says what a round would have done; reports print them by `limitsInWords`.

/** Items whose posterior samples a joint rule compares: those of greatest score. */
export const MAX_CANDIDATES = 1_000;
/** Items of the pool, drawn at random, whose answers EPIG asks about. */
export const MAX_TARGETS = 100;
/**
 * A larger pool is described to rules that spread a batch by as many of its items, drawn at random.
 */
export const MAX_DESCRIBED = { features: 10_000, inputs: 3_000 } as const;
/** Labelled items, drawn at random, that such a rule keeps away from. */
export const MAX_LABELLED = 2_000;
/** Items that such a rule picks jointly; the queue goes on by the score of each item alone. */
export const MAX_JOINT = 500;

/** The caps in words, for reports. */
export const limitsInWords = (): string =>
  [
    `${MAX_CANDIDATES} candidates`,
    `${MAX_TARGETS} targets`,
    `${MAX_DESCRIBED.features} items described by features or ${MAX_DESCRIBED.inputs} by inputs`,
    `${MAX_LABELLED} labelled items`,
    `${MAX_JOINT} picked jointly`,
  ].join(', ');
