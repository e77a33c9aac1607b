import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { encodeText } from '@dubio/platform';
import { UsageError } from '../framework/bench.js';
import type { Dataset } from './dataset.js';

/**
 * Texts with a label each, one per line: label, blank or tab, text. They become rows of hashed
 * words as in projects, [rows, buckets] without a unit. Files given together share their classes,
 * in the order of the labels' names.
 */
export function readTexts(files: readonly string[], buckets: number): Dataset[] {
  const sets = files.map(labelledLines);
  const names = [...new Set(sets.flatMap((lines) => lines.map(({ label }) => label)))].sort();
  return sets.map((lines) => {
    const data = new Float32Array(lines.length * buckets);
    lines.forEach(({ text }, row) => {
      encodeText(text, buckets, data, row * buckets);
    });
    return {
      features: { data, rows: lines.length, shape: [buckets] },
      labels: Int32Array.from(lines, ({ label }) => names.indexOf(label)),
      classes: names.length,
    };
  });
}

function labelledLines(file: string): { readonly label: string; readonly text: string }[] {
  const raw = readFileSync(file);
  const bytes = raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw;
  const lines = decode(bytes).split(/\r?\n/);
  const found = lines.flatMap((line, n) => {
    if (line.trim() === '') return [];
    const [, label, text] = /^(\S+)\s+(\S.*)$/.exec(line) ?? [];
    if (label === undefined || text === undefined)
      throw new UsageError(
        `${file}, line ${n + 1}: expected a label, a blank or tab and a text, got "${line.slice(0, 40)}".`,
      );
    return [{ label, text }];
  });
  if (found.length === 0) throw new UsageError(`${file}: expected lines of text, got nothing.`);
  return found;
}

/** UTF-8, or Latin-1 where the bytes are not UTF-8. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}
