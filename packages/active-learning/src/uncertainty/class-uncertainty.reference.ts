/** One item's uncertainty, straight from its posterior samples. */
export type ReferenceUncertainty = {
  total: number;
  aleatoric: number;
  epistemic: number;
  variationRatio: number;
  margin: number;
  leastConfidence: number;
  meanStd: number;
};

const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const entropy = (probs: number[]) =>
  mean(probs.map((p) => (p > 0 ? -p * Math.log(p) : 0))) * probs.length;

/**
 * The slow, clear twin of `classUncertainty`: every definition as it is printed, for one item.
 *
 * Shapes: `probs_T_C[t][c]`. Entropies in nats. Cost: as it comes.
 */
export function referenceUncertainty(probs_T_C: number[][]): ReferenceUncertainty {
  const classes = probs_T_C[0]!.map((_, c) => c);
  const p = classes.map((c) => mean(probs_T_C.map((draw) => draw[c]!)));
  const favourites = probs_T_C.map((draw) => draw.indexOf(Math.max(...draw)));
  const votes = classes.map((c) => favourites.filter((f) => f === c).length);
  const [first, second] = [...p].sort((a, b) => b - a) as [number, number];
  const total = entropy(p);
  const aleatoric = mean(probs_T_C.map(entropy));
  return {
    total,
    aleatoric,
    // The other form of mutual information, the mean divergence from the mean, checks the
    // difference.
    epistemic: mean(
      probs_T_C.map((draw) =>
        classes.reduce(
          (kl, c) => kl + (draw[c]! > 0 ? draw[c]! * Math.log(draw[c]! / p[c]!) : 0),
          0,
        ),
      ),
    ),
    variationRatio: 1 - Math.max(...votes) / probs_T_C.length,
    margin: first - second,
    leastConfidence: 1 - first,
    meanStd: mean(
      classes.map((c) => Math.sqrt(mean(probs_T_C.map((draw) => (draw[c]! - p[c]!) ** 2)))),
    ),
  };
}
