export type ConfusionCell = {
  readonly count: number;
  /** 0: none, 1 to 7: few to many, on a root scale over the row. */
  readonly level: number;
  readonly right: boolean;
  readonly text: string;
};
export type Confusion = {
  readonly classes: readonly string[];
  readonly rows: readonly {
    readonly name: string;
    readonly total: number;
    readonly cells: readonly ConfusionCell[];
  }[];
  readonly finding: string;
};

const LEVELS = 7;

/** Rows are true answers, columns are what the model said; shades compare within a row. */
export function prepareConfusion(
  classes: readonly string[],
  counts: readonly (readonly number[])[],
): Confusion {
  let worst: { truth: string; said: string; count: number } | null = null;
  const rows = classes.map((name, truth) => {
    const row = counts[truth] ?? [];
    const total = row.reduce((sum, count) => sum + count, 0);
    const cells = classes.map((said, column) => {
      const count = row[column] ?? 0;
      const right = column === truth;
      if (!right && count > (worst?.count ?? 0)) {
        worst = { truth: name, said, count };
      }
      return {
        count,
        level:
          count === 0 || total === 0
            ? 0
            : Math.max(1, Math.round(Math.sqrt(count / total) * LEVELS)),
        right,
        text: right
          ? `${count} of ${total} items of ${name} were recognised`
          : `${count} of ${total} items of ${name} were taken for ${said}`,
      };
    });
    return { name, total, cells };
  });
  return { classes, rows, finding: findingOf(worst) };
}

function findingOf(worst: { truth: string; said: string; count: number } | null): string {
  return worst === null
    ? 'Confusion matrix: no item was taken for another class.'
    : `Confusion matrix. Most often mistaken: ${worst.truth} taken for ${worst.said}, ${worst.count} times.`;
}
