const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/;
const STARTS_FORMULA = /^[=+\-@\t\r]/;
const NEEDS_QUOTES = /[",\n\r]/;

type CellValue = string | number | readonly string[] | null | undefined;

/**
 * One cell of a CSV file. Text that a spreadsheet would run as a formula gets an apostrophe in
 * front; a number, be it negative, is no formula. Several choices share a cell, as in dog|cat; []
 * is none of them.
 */
export function csvCell(value: CellValue): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') return csvCell(value.length > 0 ? value.join('|') : '[]');
  if (typeof value === 'number') return String(value);
  const guarded = STARTS_FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value;
  return NEEDS_QUOTES.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

export const csvLine = (cells: readonly CellValue[]): string =>
  `${cells.map(csvCell).join(',')}\r\n`;
