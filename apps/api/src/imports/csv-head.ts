const DELIMITERS = [',', ';', '\t', '|'] as const;
const QUOTE = '"';
const SAMPLE_LINES = 20;

/**
 * Splits the head of a CSV file (RFC 4180) into records. The last one is dropped when the text was
 * cut in the middle of it.
 */
export function parseCsvHead(text: string, delimiter: string, isWhole: boolean): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let cell = '';
  let quoted = false;
  const endCell = () => {
    record.push(cell);
    cell = '';
  };
  const endRecord = () => {
    endCell();
    if (record.length > 1 || record[0] !== '') records.push(record);
    record = [];
  };
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string;
    if (quoted) {
      if (char !== QUOTE) cell += char;
      else if (text[at + 1] === QUOTE) {
        cell += QUOTE;
        at++;
      } else quoted = false;
    } else if (char === QUOTE && cell === '') quoted = true;
    else if (char === delimiter) endCell();
    else if (char === '\n') endRecord();
    else if (char !== '\r') cell += char;
  }
  if (isWhole && (cell !== '' || record.length > 0)) endRecord();
  return records;
}

/** The delimiter that cuts the first lines into the most cells, the same number in each. */
export function guessDelimiter(text: string): string {
  const lines = text.split('\n').slice(0, SAMPLE_LINES).join('\n');
  let best: { delimiter: string; cells: number } = { delimiter: ',', cells: 1 };
  for (const delimiter of DELIMITERS) {
    const widths = parseCsvHead(lines, delimiter, false).map((record) => record.length);
    const cells = widths[0] ?? 1;
    if (widths.every((width) => width === cells) && cells > best.cells) best = { delimiter, cells };
  }
  return best.delimiter;
}
