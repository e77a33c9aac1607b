const entropy = (probs: number[]) =>
  probs.reduce((sum, p) => sum + (p > 0 ? -p * Math.log(p) : 0), 0);
const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/**
 * I(y_1..b; w) of a batch by enumerating all C^b joint answers, as printed in the paper.
 *
 * Shapes: `probs[item][k][c]`. Units: nats.
 * @see Kirsch et al. 2019 eq. 8. Cost: C^b K b.
 */
export function referenceJointInformation(probs: number[][][]): number {
  if (probs.length === 0) return 0;
  const samples = probs[0]!.length;
  const classes = probs[0]![0]!.length;
  let joint = Array.from({ length: samples }, () => [1]);
  for (const item of probs)
    joint = joint.map((row, k) =>
      row.flatMap((p) => Array.from({ length: classes }, (_, c) => p * item[k]![c]!)),
    );
  const marginal = joint[0]!.map((_, m) => mean(joint.map((row) => row[m]!)));
  const conditional = probs.reduce((sum, item) => sum + mean(item.map(entropy)), 0);
  return entropy(marginal) - conditional;
}

/** The slow, clear twin of `batchBald`: every candidate, every joint answer, at every step. */
export function referenceBatchBald(probs: number[][][], batchSize: number): number[] {
  const picked: number[] = [];
  while (picked.length < Math.min(batchSize, probs.length)) {
    let best = -1;
    let bestNats = Number.NEGATIVE_INFINITY;
    probs.forEach((_, i) => {
      if (picked.includes(i)) return;
      const nats = referenceJointInformation([...picked, i].map((j) => probs[j]!));
      if (nats > bestNats + 1e-12) {
        best = i;
        bestNats = nats;
      }
    });
    picked.push(best);
  }
  return picked;
}
