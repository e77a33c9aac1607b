/**
 * A training set as version 0.1.0 stored it, under the names of today. It is read after an upgrade
 * as what a streaming prior has counted, and by a round that was under way.
 */
export function upgradeTrainingSet(stored: unknown): unknown {
  if (typeof stored !== 'object' || stored === null) return stored;
  return Object.fromEntries(
    Object.entries(stored).map(([name, value]) => [NAMES[name] ?? name, value]),
  );
}

const NAMES: Readonly<Record<string, string>> = {
  levelTraining: 'trainWithLureWeights',
  tested: 'activeTest',
};
