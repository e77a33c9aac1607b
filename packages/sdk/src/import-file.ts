import type { Calls, UploadBody } from './operation-types.js';
import type { Import, ImportOptionsInput } from './schema.gen.js';
import { type WaitOptions, waitForImport } from './wait-for.js';

export type ImportFileInput = {
  readonly projectId: string;
  readonly fileName: string;
  /** In Node, `await fs.openAsBlob(path)` streams a file of any size and can be sent again. */
  readonly content: UploadBody;
  /** IDX keeps the answers in a second file. */
  readonly labels?: UploadBody;
  readonly options: ImportOptionsInput;
  /** Give your own to make the import happen once across restarts of your program. */
  readonly idempotencyKey?: string;
};

/**
 * Announces an import, streams the bytes and waits until each row is in or refused with a reason.
 */
export async function importFile(
  calls: Pick<Calls, 'imports'>,
  input: ImportFileInput,
  wait: WaitOptions<Import> = {},
): Promise<Import> {
  const { projectId, fileName, content, labels, idempotencyKey } = input;
  const signal = wait.signal ? { signal: wait.signal } : {};
  const options = labels ? { labelsUpload: 'labels', ...input.options } : input.options;
  const created = await calls.imports.create(
    { projectId, body: { fileName, options } },
    idempotencyKey === undefined ? signal : { ...signal, idempotencyKey },
  );
  const target = { projectId, importId: created.id };
  // With a key of one's own the same import may be found again, long past its upload.
  if (created.state === 'uploading') {
    if (labels) await calls.imports.upload({ ...target, part: 'labels', body: labels }, signal);
    await calls.imports.upload({ ...target, part: 'items', body: content }, signal);
  }
  return waitForImport(calls, target, wait);
}
