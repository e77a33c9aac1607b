/** M = V diag(values) V', eigenvectors in the columns of V. */
export type SymmetricEigen = {
  readonly size: number;
  /** In no promised order. */
  readonly values: Float64Array;
  /** [n, n] row-major: entry i of vector k at i * n + k. */
  readonly vectors: Float64Array;
};

/** Sweeps after which an eigenvalue that will not converge is taken as it is; three are usual. */
const MOST_SWEEPS = 60;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix [n, n]: Householder's reduction to three
 * diagonals, then implicit QL steps (Bowdler, Martin, Reinsch & Wilkinson 1968). About 9 n^3
 * operations.
 */
export function symmetricEigen(matrix_N_N: ArrayLike<number>, size: number): SymmetricEigen {
  const vectors = Float64Array.from(matrix_N_N);
  const values = new Float64Array(size);
  const beside = new Float64Array(size);
  tridiagonalise(vectors, values, beside, size);
  diagonalise(vectors, values, beside, size);
  return { size, values, vectors };
}

/**
 * Leaves the orthogonal transformation in `v`, the diagonal in `d` and what stands beside it in
 * `e[1..]`.
 */
function tridiagonalise(v: Float64Array, d: Float64Array, e: Float64Array, n: number): void {
  for (let j = 0; j < n; j++) d[j] = v[(n - 1) * n + j]!;
  for (let i = n - 1; i > 0; i--) reflect(v, d, e, n, i);
  accumulateReflections(v, d, n);
  e[0] = 0;
}

/** One Householder reflection that clears row i left of its neighbour of the diagonal. */
function reflect(v: Float64Array, d: Float64Array, e: Float64Array, n: number, i: number): void {
  let scale = 0;
  for (let k = 0; k < i; k++) scale += Math.abs(d[k]!);
  if (scale === 0) {
    e[i] = d[i - 1]!;
    for (let j = 0; j < i; j++) {
      d[j] = v[(i - 1) * n + j]!;
      v[i * n + j] = 0;
      v[j * n + i] = 0;
    }
    d[i] = 0;
    return;
  }
  let h = 0;
  for (let k = 0; k < i; k++) {
    d[k]! /= scale;
    h += d[k]! * d[k]!;
  }
  const f = d[i - 1]!;
  const g = f > 0 ? -Math.sqrt(h) : Math.sqrt(h);
  e[i] = scale * g;
  h -= f * g;
  d[i - 1] = f - g;
  e.fill(0, 0, i);
  multiplyLowerHalf(v, d, e, n, i);
  let along = 0;
  for (let j = 0; j < i; j++) {
    e[j]! /= h;
    along += e[j]! * d[j]!;
  }
  for (let j = 0; j < i; j++) e[j]! -= (along / (h + h)) * d[j]!;
  for (let j = 0; j < i; j++) {
    const [dj, ej] = [d[j]!, e[j]!];
    for (let k = j; k < i; k++) v[k * n + j]! -= dj * e[k]! + ej * d[k]!;
    d[j] = v[(i - 1) * n + j]!;
    v[i * n + j] = 0;
  }
  d[i] = h;
}

/**
 * e = A d for the leading i x i block, of which only the lower half is kept; d is stored into
 * column i on the way.
 */
function multiplyLowerHalf(
  v: Float64Array,
  d: Float64Array,
  e: Float64Array,
  n: number,
  i: number,
): void {
  for (let j = 0; j < i; j++) {
    const dj = d[j]!;
    v[j * n + i] = dj;
    let sum = e[j]! + v[j * n + j]! * dj;
    for (let k = j + 1; k < i; k++) {
      sum += v[k * n + j]! * d[k]!;
      e[k]! += v[k * n + j]! * dj;
    }
    e[j] = sum;
  }
}

function accumulateReflections(v: Float64Array, d: Float64Array, n: number): void {
  const along = new Float64Array(n);
  for (let i = 0; i < n - 1; i++) {
    v[(n - 1) * n + i] = v[i * n + i]!;
    v[i * n + i] = 1;
    const h = d[i + 1]!;
    if (h !== 0) {
      for (let k = 0; k <= i; k++) d[k] = v[k * n + i + 1]! / h;
      // Row by row, so that memory is read in order.
      along.fill(0, 0, i + 1);
      for (let k = 0; k <= i; k++) {
        const factor = v[k * n + i + 1]!;
        for (let j = 0; j <= i; j++) along[j]! += factor * v[k * n + j]!;
      }
      for (let k = 0; k <= i; k++) {
        const factor = d[k]!;
        for (let j = 0; j <= i; j++) v[k * n + j]! -= along[j]! * factor;
      }
    }
    for (let k = 0; k <= i; k++) v[k * n + i + 1] = 0;
  }
  for (let j = 0; j < n; j++) {
    d[j] = v[(n - 1) * n + j]!;
    v[(n - 1) * n + j] = 0;
  }
  v[n * n - 1] = 1;
}

function diagonalise(v: Float64Array, d: Float64Array, e: Float64Array, n: number): void {
  e.copyWithin(0, 1);
  e[n - 1] = 0;
  let shift = 0;
  let size = 0;
  for (let l = 0; l < n; l++) {
    size = Math.max(size, Math.abs(d[l]!) + Math.abs(e[l]!));
    let m = l;
    while (m < n - 1 && Math.abs(e[m]!) > Number.EPSILON * size) m++;
    for (let sweep = 0; m > l && sweep < MOST_SWEEPS; sweep++) {
      shift += implicitShift(d, e, n, l);
      qlSweep(v, d, e, n, l, m);
      if (Math.abs(e[l]!) <= Number.EPSILON * size) break;
    }
    d[l]! += shift;
    e[l] = 0;
  }
}

/**
 * Wilkinson's shift from the leading 2 x 2 block, taken off the whole diagonal; returned so that it
 * can be put back.
 */
function implicitShift(d: Float64Array, e: Float64Array, n: number, l: number): number {
  const first = d[l]!;
  const p = (d[l + 1]! - first) / (2 * e[l]!);
  const r = p < 0 ? -Math.hypot(p, 1) : Math.hypot(p, 1);
  d[l] = e[l]! / (p + r);
  d[l + 1] = e[l]! * (p + r);
  const h = first - d[l]!;
  for (let i = l + 2; i < n; i++) d[i]! -= h;
  return h;
}

function qlSweep(
  v: Float64Array,
  d: Float64Array,
  e: Float64Array,
  n: number,
  l: number,
  m: number,
): void {
  const second = d[l + 1]!;
  const beside = e[l + 1]!;
  let p = d[m]!;
  let [c, c2, c3] = [1, 1, 1];
  let [s, s2] = [0, 0];
  for (let i = m - 1; i >= l; i--) {
    c3 = c2;
    c2 = c;
    s2 = s;
    const g = c * e[i]!;
    const h = c * p;
    const r = Math.hypot(p, e[i]!);
    e[i + 1] = s * r;
    s = e[i]! / r;
    c = p / r;
    p = c * d[i]! - s * g;
    d[i + 1] = h + s * (c * g + s * d[i]!);
    rotateColumns(v, n, i, c, s);
  }
  p = (-s * s2 * c3 * beside * e[l]!) / second;
  e[l] = s * p;
  d[l] = c * p;
}

function rotateColumns(v: Float64Array, n: number, i: number, c: number, s: number): void {
  for (let at = i; at < n * n; at += n) {
    const h = v[at + 1]!;
    v[at + 1] = s * v[at]! + c * h;
    v[at] = c * v[at]! - s * h;
  }
}
