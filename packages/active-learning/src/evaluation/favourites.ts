/** The favourite class of each row, the lowest index among equals. */
export function favourites(
  probs_N_C: ArrayLike<number>,
  rows: number,
  classes: number,
): Int32Array {
  const predicted = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    let best = 0;
    for (let c = 1; c < classes; c++) {
      if (probs_N_C[row * classes + c]! > probs_N_C[row * classes + best]!) best = c;
    }
    predicted[row] = best;
  }
  return predicted;
}
