/** Beyond what float32 can hold an interval is as good as infinite. */
const GREATEST = 3.4e38;

/** Numbers in ascending order as little-endian float32 in base64. */
export function packScores(scores: ArrayLike<number>): string {
  const sorted = Float64Array.from(scores, (score) => Math.min(score, GREATEST)).sort();
  const bytes = Buffer.alloc(sorted.length * 4);
  sorted.forEach((score, at) => {
    bytes.writeFloatLE(score, at * 4);
  });
  return bytes.toString('base64');
}

export function unpackScores(packed: string): Float32Array {
  const bytes = Buffer.from(packed, 'base64');
  return Float32Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(at * 4));
}
