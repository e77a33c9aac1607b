import fc from 'fast-check';

/** Any whole number; properties are tried on the same values in every run. */
const SEED = 20_190_615;

// PROPERTY_SEED=N tries others, PROPERTY_RUNS=N more of them.
fc.configureGlobal({
  seed: Number(process.env.PROPERTY_SEED ?? SEED),
  ...(process.env.PROPERTY_RUNS ? { numRuns: Number(process.env.PROPERTY_RUNS) } : {}),
});
