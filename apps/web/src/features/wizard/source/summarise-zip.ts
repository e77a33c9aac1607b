import { isPictureName } from '@dubio/contracts';
import type { ZipSummary } from '../wizard-types';

const LITTER = /(^|\/)(__MACOSX\/|\.DS_Store$|Thumbs\.db$|desktop\.ini$)/i;
const SPLITS = new Set([
  'pool',
  'train',
  'training',
  'validation',
  'valid',
  'val',
  'test',
  'testing',
]);

export function isImageName(name: string): boolean {
  return isPictureName(name) && !LITTER.test(name);
}

/** The last folder of a path, which names the answer or the split; empty at the top. */
function folderOf(name: string): string {
  return name.split('/').at(-2) ?? '';
}

/** Folders that say of themselves that nobody has sorted them yet. */
const NO_ANSWER = new Set(['unsorted', 'unlabelled', 'unlabeled', 'unknown']);

/** Counts pictures by folder; folders called train, validation or test are splits, not answers. */
export function summariseZip(names: readonly string[]): Omit<ZipSummary, 'sample'> {
  const counts = new Map<string, number>();
  let others = 0;
  for (const name of names) {
    if (name.endsWith('/') || LITTER.test(name)) continue;
    if (isImageName(name)) counts.set(folderOf(name), (counts.get(folderOf(name)) ?? 0) + 1);
    else others += 1;
  }
  const folders = [...counts]
    .map(([name, images]) => ({ name, images, isSplit: SPLITS.has(name.toLowerCase()) }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  const images = folders.reduce((sum, folder) => sum + folder.images, 0);
  return { images, others, folders };
}

/**
 * The answers that folders name. One folder around everything names the whole, not an answer.
 */
export function folderAnswers(zip: Pick<ZipSummary, 'folders'>): string[] {
  const answers = zip.folders.filter(
    (folder) => folder.name !== '' && !folder.isSplit && !NO_ANSWER.has(folder.name.toLowerCase()),
  );
  return answers.length < 2 ? [] : answers.map((folder) => folder.name);
}
