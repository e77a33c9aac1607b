import type { ObjectStore } from '@dubio/platform';
import { MOST_DECODED_BYTES } from '../budgets/budgets.js';
import type { WritableItem } from './item-writer.js';
import {
  checkDecodedBytes,
  decodedBytes,
  keepPicture,
  PictureTooLargeError,
} from './picture-store.js';
import type { NewItem } from './row-builder.js';
import { problem, type RowProblem } from './source-row.js';

const DAMAGED = 'The picture is damaged: save it again, or look at it with another program.';

type Kept = { readonly items: WritableItem[]; readonly problems: RowProblem[] };

/**
 * Stores the pictures of some items; those that cannot be decoded come back as problems. So many are
 * decoded at a time as fit into the budget together.
 * @throws Error of the store, which may pass
 */
export async function keepPictures(
  items: readonly NewItem[],
  projectId: string,
  store: ObjectStore,
): Promise<Kept> {
  const kept: (WritableItem | RowProblem)[] = [];
  let together: Promise<WritableItem | RowProblem>[] = [];
  let bytesTogether = 0;
  const settle = async () => {
    kept.push(...(await Promise.all(together)));
    together = [];
    bytesTogether = 0;
  };
  for (const item of items) {
    const bytes = await sizeOf(item);
    if (bytesTogether + bytes > MOST_DECODED_BYTES) await settle();
    together.push(keepOne(item, bytes, { projectId, store }));
    bytesTogether += bytes;
  }
  await settle();
  return {
    items: kept.filter((item): item is WritableItem => !('kind' in item)),
    problems: kept.filter((item): item is RowProblem => 'kind' in item),
  };
}

/** Bytes of the decoded picture; 0 where there is none, or none that can be read. */
const sizeOf = async ({ picture }: NewItem): Promise<number> =>
  picture === null ? 0 : decodedBytes(picture).catch(() => 0);

async function keepOne(
  { picture, contentHash, ...item }: NewItem,
  bytes: number,
  to: { projectId: string; store: ObjectStore },
): Promise<WritableItem | RowProblem> {
  if (picture === null) return { ...item, contentHash: contentHash!, blobKey: null };
  let kept: Awaited<ReturnType<typeof keepPicture>>;
  try {
    checkDecodedBytes(bytes);
    kept = await keepPicture(picture);
  } catch (error) {
    const reason = error instanceof PictureTooLargeError ? error.message : DAMAGED;
    return problem(item.line, null, reason, item.externalId);
  }
  const name = kept.contentHash.toString('hex');
  const blobKey = `projects/${to.projectId}/items/${name.slice(0, 2)}/${name}.png`;
  await to.store.put(blobKey, kept.png);
  return { ...item, contentHash: kept.contentHash, blobKey };
}
