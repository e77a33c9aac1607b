import { call } from '@/lib/api/client';
import { strings } from '../strings';
import type { Source, ZipSummary } from '../wizard-types';
import { detectKind, wholeLines } from './detect-kind';
import { isImageName, summariseZip } from './summarise-zip';
import { BadZipError, listZip, readZipEntry, type ZipEntry } from './zip-entries';

const HEAD_BYTES = 262_144;

/** A file that cannot be used, with the sentence that says why. */
export class SourceError extends Error {}

/** Looks into the chosen file: its columns, or its folders. Nothing is uploaded but the head. */
export async function openSource(file: File, workspaceId: string): Promise<Source> {
  const kind = detectKind(file.name);
  if (kind === null) throw new SourceError(strings.file.unknown(file.name));
  if (file.size === 0) throw new SourceError(strings.file.empty(file.name));
  return kind === 'zip' ? openZip(file) : openRows(file, kind, workspaceId);
}

async function openRows(file: File, kind: 'csv' | 'jsonl', workspaceId: string): Promise<Source> {
  // One character may take four bytes; the limit of the API is in characters.
  const exact = file.size <= HEAD_BYTES;
  const head = wholeLines(await file.slice(0, HEAD_BYTES).text(), exact);
  const preview = await call('POST /workspaces/:workspaceId/import-previews', {
    params: { workspaceId },
    body: { kind, head },
  });
  const share = exact ? 1 : file.size / new TextEncoder().encode(head).length;
  return { kind, file, preview, rows: Math.round(preview.rows * share), exact };
}

async function openZip(file: File): Promise<Source> {
  const entries = await listZip(file).catch((cause: unknown) => {
    if (cause instanceof BadZipError) throw new SourceError(strings.file.badZip(file.name));
    throw cause;
  });
  const summary = summariseZip(entries.map((entry) => entry.name));
  if (summary.images === 0) throw new SourceError(strings.file.noImages(file.name));
  const first = entries.find((entry) => isImageName(entry.name) && entry.size > 0);
  const sample = first === undefined ? null : await openSample(file, first).catch(() => null);
  return { kind: 'zip', file, zip: { ...summary, sample } };
}

async function openSample(file: File, entry: ZipEntry): Promise<ZipSummary['sample']> {
  const url = URL.createObjectURL(await readZipEntry(file, entry));
  const image = new Image();
  image.src = url;
  await image.decode();
  return { name: entry.name, url, width: image.naturalWidth, height: image.naturalHeight };
}
