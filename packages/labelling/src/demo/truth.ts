import { Answer } from '@dubio/contracts';
import type { ObjectStore } from '@dubio/platform';
import { z } from 'zod';

const TruthFile = z.object({ version: z.literal(1), answers: z.record(z.string(), Answer) });

/**
 * Stores the true answers of a pool by external id; only simulations and the demo annotator may
 * read them.
 */
export async function writeTruth(
  store: ObjectStore,
  key: string,
  answers: ReadonlyMap<string, Answer>,
): Promise<void> {
  const file = { version: 1, answers: Object.fromEntries(answers) };
  await store.put(key, new TextEncoder().encode(JSON.stringify(file)));
}

/** The true answers of a demo's pool by external id; the key is the project's `truth_key`. */
export async function readTruth(store: ObjectStore, key: string): Promise<Map<string, Answer>> {
  const text = new TextDecoder().decode(await store.get(key));
  return new Map(Object.entries(TruthFile.parse(JSON.parse(text)).answers));
}
