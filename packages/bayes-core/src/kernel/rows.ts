/** A matrix of rows: entry d of row n at n * columns + d. */
export type Rows = {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
};

/** Some rows of a matrix, in the given order. */
export function takeRows({ columns, values }: Rows, positions: ArrayLike<number>): Rows {
  const taken = new Float64Array(positions.length * columns);
  for (let n = 0; n < positions.length; n++) {
    const from = positions[n]! * columns;
    taken.set(values.subarray(from, from + columns), n * columns);
  }
  return { rows: positions.length, columns, values: taken };
}

/** a[from..from+length) . b[at..at+length), four sums at once. */
export function dot(
  a: Float64Array,
  from: number,
  b: Float64Array,
  at: number,
  length: number,
): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let k = 0;
  for (; k + 3 < length; k += 4) {
    s0 += a[from + k]! * b[at + k]!;
    s1 += a[from + k + 1]! * b[at + k + 1]!;
    s2 += a[from + k + 2]! * b[at + k + 2]!;
    s3 += a[from + k + 3]! * b[at + k + 3]!;
  }
  for (; k < length; k++) s0 += a[from + k]! * b[at + k]!;
  return s0 + s1 + (s2 + s3);
}
