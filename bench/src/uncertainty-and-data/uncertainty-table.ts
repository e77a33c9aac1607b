import { median } from '../framework/statistics.js';

/** Mean uncertainty of one set of images under one network, nats. */
export type UncertaintyPoint = {
  readonly rows: number;
  readonly seed: number;
  readonly set: string;
  readonly epistemic: number;
  readonly aleatoric: number;
  readonly accuracy: number;
};

export type UncertaintyRow = {
  readonly rows: number;
  readonly epistemic: number;
  readonly aleatoric: number;
  readonly accuracy: number;
};

/** Medians over the seeds, by set and number of training rows. */
export function medianUncertainties(
  points: readonly UncertaintyPoint[],
): Map<string, UncertaintyRow[]> {
  const sizes = [...new Set(points.map(({ rows }) => rows))].sort((a, b) => a - b);
  const sets = [...new Set(points.map(({ set }) => set))];
  return new Map(
    sets.map((set) => [
      set,
      sizes.map((rows) => {
        const own = points.filter((point) => point.set === set && point.rows === rows);
        const middle = (kind: 'epistemic' | 'aleatoric' | 'accuracy') =>
          median(own.map((point) => point[kind]));
        return {
          rows,
          epistemic: middle('epistemic'),
          aleatoric: middle('aleatoric'),
          accuracy: middle('accuracy'),
        };
      }),
    ]),
  );
}

/** The same as a Markdown table: epistemic / aleatoric uncertainty in nats. */
export function uncertaintyTable(points: readonly UncertaintyPoint[]): string {
  const sets = medianUncertainties(points);
  const sizes = [...sets.values()][0]?.map(({ rows }) => rows) ?? [];
  const lines = [...sets].map(([set, rows]) => {
    const cells = rows.map((row) => `${row.epistemic.toFixed(3)} / ${row.aleatoric.toFixed(3)}`);
    return `| ${set} | ${cells.join(' | ')} |`;
  });
  return [
    `| images | ${sizes.map((rows) => `${rows.toLocaleString('en')} rows`).join(' | ')} |`,
    `|---|${sizes.map(() => '---').join('|')}|`,
    ...lines,
  ].join('\n');
}
