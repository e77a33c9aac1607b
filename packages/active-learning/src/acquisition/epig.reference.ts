const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/**
 * 1/M* sum_j KL[p(y_i, y_j*) || p(y_i) p(y_j*)] as printed: the slow, clear twin of
 * `epigOfClasses`.
 *
 * Shapes: `item[k][c]`, `targets[j][k][c]`. Units: nats. @see Bickford Smith et al. 2023 eq. 7.
 * Cost: M* K C^2.
 */
export function referenceEpig(item: number[][], targets: number[][][]): number {
  const classes = item[0]!.map((_, c) => c);
  const samples = item.map((_, k) => k);
  return mean(
    targets.map((target) => {
      let divergence = 0;
      for (const y of classes)
        for (const z of classes) {
          const joint = mean(samples.map((k) => item[k]![y]! * target[k]![z]!));
          const apart = mean(item.map((p) => p[y]!)) * mean(target.map((p) => p[z]!));
          if (joint > 0) divergence += joint * Math.log(joint / apart);
        }
      return divergence;
    }),
  );
}
