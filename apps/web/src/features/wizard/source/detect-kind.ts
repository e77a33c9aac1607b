const KINDS: readonly (readonly [RegExp, 'csv' | 'jsonl' | 'zip'])[] = [
  [/\.(csv|tsv|tab)$/i, 'csv'],
  [/\.(jsonl|ndjson)$/i, 'jsonl'],
  [/\.zip$/i, 'zip'],
];

/** The kind of a file by its name; null when it is none that can be imported here. */
export function detectKind(fileName: string): 'csv' | 'jsonl' | 'zip' | null {
  return KINDS.find(([pattern]) => pattern.test(fileName))?.[1] ?? null;
}

/** "support-messages.csv" -> "Support messages". */
export function projectNameOf(fileName: string): string {
  const words = fileName
    .replace(/\.[^.]+$/, '')
    .replace(/[-_.]+/g, ' ')
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The part of a head that ends with a whole line, so that a cut row is not taken for a bad one. */
export function wholeLines(head: string, isWholeFile: boolean): string {
  const end = head.lastIndexOf('\n');
  return isWholeFile || end < 0 ? head : head.slice(0, end + 1);
}
