import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { UsageError } from '../framework/bench.js';
import type { Dataset } from './dataset.js';

/**
 * A table of numbers with one label column, features standardised column by column.
 * The first line names the columns, or there is none; the label column may be a name or a number
 * counted from 0.
 */
export function readTable(
  file: string,
  labelColumn: string,
  { hasHeader = true }: { readonly hasHeader?: boolean } = {},
): Dataset {
  const all = cellsOf(file);
  const header = hasHeader ? all[0] : all[0]?.map((_, c) => `${c}`);
  const lines = hasHeader ? all.slice(1) : all;
  if (!header || lines.length === 0)
    throw new UsageError(
      `${file}: expected ${hasHeader ? 'a header line and ' : ''}rows, got nothing.`,
    );
  const named = header.indexOf(labelColumn);
  const label = named >= 0 ? named : Number(labelColumn);
  if (!Number.isInteger(label) || label < 0 || label >= header.length)
    throw new UsageError(`${file} has no column "${labelColumn}"; it has ${header.join(', ')}.`);
  const names = [...new Set(lines.map((cells) => cells[label] ?? ''))].sort();
  const columns = header.map((_, c) => c).filter((c) => c !== label);
  const data = new Float32Array(lines.length * columns.length);
  columns.forEach((column, c) => {
    const values = lines.map((cells, row) => {
      const value = Number(cells[column]);
      if (cells[column]?.trim() && Number.isFinite(value)) return value;
      throw new UsageError(
        `${file}, line ${row + (hasHeader ? 2 : 1)}, column ${header[column]}: expected a number, got "${cells[column] ?? ''}".`,
      );
    });
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const square = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
    const deviation = Math.sqrt(square) || 1;
    values.forEach((value, row) => {
      data[row * columns.length + c] = (value - mean) / deviation;
    });
  });
  return {
    features: { data, rows: lines.length, shape: [columns.length] },
    labels: Int32Array.from(lines, (cells) => names.indexOf(cells[label] ?? '')),
    classes: names.length,
  };
}

/** Cells by line; quotes may hold commas, not line breaks (tables of numbers need no more). */
function cellsOf(file: string): string[][] {
  const raw = readFileSync(file);
  const text = (raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw).toString('utf8');
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) =>
      Array.from(line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g), ([, quoted, plain]) =>
        (quoted?.replaceAll('""', '"') ?? plain ?? '').trim(),
      ),
    );
}
