import { Readable, Transform } from 'node:stream';
import { finished } from 'node:stream/promises';
import { AppError, type Import, ImportId, ImportOptions, ProjectId } from '@dubio/contracts';
import { enqueueJob, type ObjectStore, publishEvent } from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { AuditRepository } from '../audit/audit.repository.js';
import type { Actor, Place } from '../frame/call.js';
import { OBJECT_STORE } from '../frame/tokens.js';
import { ImportRepository, type ImportRow, toImport } from './import.repository.js';

export type Part = 'items' | 'labels';

const READ_OUT_MS = 10_000;
const MAX_UPLOAD_BYTES = 20 * 1024 ** 3;
const nothingHere = () => new AppError('resource.not-found', 'There is no import of this id.');

/** Ends the stream when it grows beyond what is taken. */
function limitBytes(max: number): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen <= max) done(null, chunk);
      else done(new AppError('request.too-large', `Expected at most ${max} bytes.`));
    },
  });
}

/**
 * Lets the rest of an upload pass, for a while: whoever still sends, such as the page's own server,
 * would not hear the answer, and the next call on the connection would wait behind it.
 */
async function readOut(body: Readable): Promise<void> {
  if (body.readableEnded || body.destroyed) return;
  const patience = AbortSignal.timeout(READ_OUT_MS);
  body.resume();
  await finished(body, { signal: patience }).catch(() => {});
}

@Injectable()
export class ImportService {
  constructor(
    private readonly repository: ImportRepository,
    private readonly audit: AuditRepository,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
  ) {}

  async create(
    actor: Actor,
    place: Place,
    source: { fileName: string; options: ImportOptions },
  ): Promise<Import> {
    const projectId = place.projectId ?? '';
    return this.repository.transaction(async (tx) => {
      const row = await this.repository.insert(tx, { ...source, projectId, userId: actor.userId });
      await this.audit.add(tx, actor, place, {
        action: 'import.create',
        subject: row.id,
        details: { fileName: source.fileName, kind: source.options.kind },
      });
      return toImport(row);
    });
  }

  async get(projectId: string, importId: string): Promise<Import> {
    const row = await this.repository.find(projectId, importId);
    if (row === null) throw nothingHere();
    return toImport(row);
  }

  /**
   * Streams the bytes of a part into the object store and starts the import when all parts are
   * there.
   * A broken upload leaves nothing behind; it may be sent again until the import runs.
   *
   * @throws AppError resource.not-found, import.running, request.invalid, request.too-large
   */
  async upload(
    at: { projectId: string; importId: string },
    part: Part,
    body: unknown,
  ): Promise<Import> {
    if (!(body instanceof Readable)) {
      throw new AppError(
        'request.invalid',
        'Content-Type: expected application/octet-stream with the bytes of the file.',
      );
    }
    this.refuseStarted(await this.repository.find(at.projectId, at.importId));
    const key = `projects/${at.projectId}/imports/${at.importId}/${part}`;
    const limited = limitBytes(MAX_UPLOAD_BYTES);
    body.on('error', (error) => limited.destroy(error));
    body.on('aborted', () => limited.destroy(new Error('the upload was broken off')));
    const { sizeBytes } = await this.store.put(key, body.pipe(limited)).catch(async (error) => {
      await readOut(body);
      throw error;
    });
    if (sizeBytes === 0) {
      await this.store.delete(key);
      throw new AppError('request.invalid', 'Expected the bytes of a file, got none.');
    }
    return this.keepPart(at, part, { key, sizeBytes });
  }

  private async keepPart(
    at: { projectId: string; importId: string },
    part: Part,
    stored: { key: string; sizeBytes: number },
  ): Promise<Import> {
    const { projectId, importId } = at;
    await this.repository.transaction(async (tx) => {
      this.refuseStarted(await this.repository.lock(tx, projectId, importId));
      const column = part === 'items' ? 'content_key' : 'labels_key';
      await this.repository.setPart(tx, importId, { column, ...stored });
      const row = await this.repository.lock(tx, projectId, importId);
      if (row === null || !this.isComplete(row)) return;
      await this.repository.setQueued(tx, importId);
      const payload = {
        importId: ImportId.parse(importId),
        projectId: ProjectId.parse(projectId),
      };
      await enqueueJob(tx, 'import.run', payload, { jobId: `import.run-${importId}` });
      await publishEvent(tx, projectId, { type: 'import.changed', importId: payload.importId });
    });
    return this.get(projectId, importId);
  }

  private isComplete(row: ImportRow): boolean {
    const wantsLabels = ImportOptions.parse(row.options).labelsUpload !== undefined;
    return row.contentKey !== null && (!wantsLabels || row.labelsKey !== null);
  }

  private refuseStarted(row: ImportRow | null): void {
    if (row === null) throw nothingHere();
    if (row.state === 'uploading') return;
    throw new AppError(
      'import.running',
      `This import is ${row.state}. Make a new one for other bytes.`,
    );
  }
}
