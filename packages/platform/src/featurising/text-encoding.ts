const WORD = /[\p{L}\p{N}]+(?:['’][\p{L}]+)?/gu;
const GRAM_LENGTHS = [3, 4] as const;
const GRAM_WEIGHT = 0.5;
/** Length of a row: entries of common texts then lie near 1, where first layers learn well. */
const ROW_LENGTH = 10;

/**
 * Hashes words, pairs of words and runs of 3 and 4 characters into buckets, signed, so that
 * collisions cancel on average (Weinberger et al. 2009). Counts enter as ln(1 + n); a row has the
 * length 10.
 */
export function encodeText(
  text: string,
  buckets: number,
  into: Uint8Array | Float32Array,
  at: number,
): void {
  const counts = new Map<number, number>();
  const add = (token: string, weight: number) => {
    const hash = fnv1a(token);
    // The lowest bit is the sign, the others choose the bucket.
    const bucket = (hash >>> 1) % buckets;
    counts.set(bucket, (counts.get(bucket) ?? 0) + ((hash & 1) === 0 ? weight : -weight));
  };
  const words = text.normalize('NFKC').toLowerCase().match(WORD) ?? [];
  words.forEach((word, i) => {
    add(`w ${word}`, 1);
    if (i > 0) add(`p ${words[i - 1]} ${word}`, 1);
    const padded = ` ${word} `;
    for (const length of GRAM_LENGTHS) {
      for (let start = 0; start + length <= padded.length; start++) {
        add(`c ${padded.slice(start, start + length)}`, GRAM_WEIGHT);
      }
    }
  });
  let squares = 0;
  const dampened = [...counts].map(([bucket, count]) => {
    const size = Math.log1p(Math.abs(count));
    squares += size * size;
    return [bucket, Math.sign(count) * size] as const;
  });
  if (squares === 0) return;
  const scale = ROW_LENGTH / Math.sqrt(squares);
  for (const [bucket, value] of dampened) into[at + bucket] = value * scale;
}

/** FNV-1a over UTF-16 units with a final mix, 32 bits. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  return hash >>> 0;
}
