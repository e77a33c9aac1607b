/** Where a command writes: results to standard output, what happens meanwhile to standard error. */
export type Output = {
  readonly isJson: boolean;
  /** The result: as JSON when that was asked for, else as a person reads it. */
  result(value: unknown, human: () => string): void;
  /** One row of a result that may be long, written at once. */
  row(value: unknown, human: () => string): void;
  note(line: string): void;
};

export function createOutput(
  isJson: boolean,
  out: NodeJS.WritableStream,
  err: NodeJS.WritableStream,
): Output {
  return {
    isJson,
    result: (value, human) => {
      const text = isJson ? JSON.stringify(value, null, 2) : human();
      if (text !== '') out.write(`${text}\n`);
    },
    row: (value, human) => {
      out.write(`${isJson ? JSON.stringify(value) : human()}\n`);
    },
    note: (line) => {
      err.write(`${line}\n`);
    },
  };
}

/** Columns set flush, the head first; numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const cells = [
    head,
    ...rows.map((row) => row.map((cell) => (cell === null ? '–' : String(cell)))),
  ];
  const widths = head.map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  const isNumber = head.map((_, at) => rows.some((row) => typeof row[at] === 'number'));
  return cells
    .map((row) =>
      row
        .map((cell, at) => {
          const width = widths[at] ?? 0;
          return isNumber[at] ? cell.padStart(width) : cell.padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** A number with as many digits as help. */
export const short = (value: number | null | undefined, digits = 3): string =>
  value === null || value === undefined ? '–' : value.toFixed(digits);
