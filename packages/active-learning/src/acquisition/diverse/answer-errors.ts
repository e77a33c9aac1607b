import type { PoolMoments, SingleMoments } from '@dubio/bayes-core/pure';

/** What the likeliest answers would change at the outputs of N items, [N, E]. */
export type AnswerErrors = { readonly width: number; readonly error_N_E: Float64Array };

/**
 * Gradients of the loss at the outputs if the likeliest answers were right: p - onehot(argmax p) of
 * a class, p_l - [p_l > 1/2] of each of several choices; of several fields one behind the other.
 * The likeliest number is the predicted mean, whose gradient is 0: numbers have no columns.
 *
 * Shapes: [N, C] or [N, L] of each field -> [N, E], E their sum. @see Ash et al. 2020 section 3.
 * Cost: N E.
 */
export function answerErrors(moments: PoolMoments): AnswerErrors {
  const parts = moments.kind === 'fields' ? moments.fields.map((one) => one.moments) : [moments];
  const { rows } = moments;
  const errors = parts.map(singleErrors);
  const width = errors.reduce((sum, part) => sum + part.width, 0);
  const error_N_E = new Float64Array(rows * width);
  let first = 0;
  for (const part of errors) {
    for (let n = 0; n < rows; n++) {
      const own = part.error_N_E.subarray(n * part.width, (n + 1) * part.width);
      error_N_E.set(own, n * width + first);
    }
    first += part.width;
  }
  return { width, error_N_E };
}

function singleErrors(moments: SingleMoments): AnswerErrors {
  switch (moments.kind) {
    case 'class': {
      const { classes, meanProbs_N_C } = moments;
      return { width: classes, error_N_E: classErrors(meanProbs_N_C, classes) };
    }
    case 'choices': {
      const { choices, meanProbs_N_L } = moments;
      return {
        width: choices,
        error_N_E: Float64Array.from(meanProbs_N_L, (p) => (p > 0.5 ? p - 1 : p)),
      };
    }
    case 'number':
      return { width: 0, error_N_E: new Float64Array(0) };
  }
}

/** p - onehot(argmax p), [N, C]. */
export function classErrors(probs_N_C: ArrayLike<number>, classes: number): Float64Array {
  const error_N_C = Float64Array.from(probs_N_C);
  for (let row = 0; row < error_N_C.length; row += classes) {
    let best = 0;
    for (let c = 1; c < classes; c++) if (error_N_C[row + c]! > error_N_C[row + best]!) best = c;
    error_N_C[row + best]! -= 1;
  }
  return error_N_C;
}
