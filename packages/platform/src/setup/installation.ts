import { randomBytes } from 'node:crypto';
import type { Database } from '../database/database.js';
import { newId } from '../database/new-id.js';
import { db, execute, getRow } from '../database/sql.js';
import { isDiskFull } from '../storage/disk-full.js';
import { ObjectNotFoundError, type ObjectStore } from '../storage/object-store.js';

const MARKER = 'installation.txt';

/** Database and object store do not belong together; its message says what to set. */
export class InstallationError extends Error {
  override readonly name = 'InstallationError';
}

const reasonOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);

async function readMarker(store: ObjectStore, storageUrl: string): Promise<string | null> {
  try {
    return new TextDecoder().decode(await store.get(MARKER)).trim();
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return null;
    throw new InstallationError(
      `The store ${storageUrl} cannot be read (${reasonOf(error)}). Let this process read and write it, or set STORAGE_URL to the store that API and workers share.`,
      { cause: error },
    );
  }
}

async function write(
  store: ObjectStore,
  storageUrl: string,
  object: { key: string; text: string },
): Promise<void> {
  try {
    await store.put(object.key, new TextEncoder().encode(object.text));
  } catch (error) {
    // A full disk passes; a store that is there is seen all the same.
    if (isDiskFull(error)) throw error;
    throw new InstallationError(
      `The store ${storageUrl} cannot be written to (${reasonOf(error)}). Let this process read and write it, or set STORAGE_URL to the store that API and workers share.`,
      { cause: error },
    );
  }
}

/** Writes and removes a small object, since a store may be there and only for reading. */
async function tryWriting(store: ObjectStore, storageUrl: string): Promise<void> {
  const key = `probe/${randomBytes(8).toString('hex')}`;
  await write(store, storageUrl, { key, text: 'probe' }).catch((error: unknown) => {
    if (!isDiskFull(error)) throw error;
  });
  await store.delete(key);
}

/**
 * Makes sure that this process sees the object store that its database belongs to. The first one
 * marks the store with the installation's id; whoever comes later has to find that mark.
 *
 * @throws InstallationError for another store, another database, or a store out of reach
 * @see docs/decisions/0171
 */
export async function joinInstallation(
  database: Database,
  store: ObjectStore,
  storageUrl: string,
): Promise<void> {
  await execute(
    database.pool,
    db
      .insertInto('installation')
      .values({ key: 1, id: newId() })
      .onConflict((conflict) => conflict.column('key').doNothing()),
  );
  await database.transaction(async (tx) => {
    const { id, isMarked } = await getRow(
      tx,
      db
        .selectFrom('installation')
        .select(['id', 'store_marked as isMarked'])
        .where('key', '=', 1)
        .forUpdate(),
    );
    // Behind the row's lock: two first processes at a time would else both miss the mark.
    const found = await readMarker(store, storageUrl);
    if (found !== null && found !== id) {
      throw new InstallationError(
        `The store ${storageUrl} belongs to another installation (${found}) than the database (${id}). Set DATABASE_URL and STORAGE_URL to the two of one installation.`,
      );
    }
    if (found === null && isMarked) {
      throw new InstallationError(
        `The store ${storageUrl} is not the one that API and workers use: it has no ${MARKER}. Set STORAGE_URL or DUBIO_DATA_DIR to the store that they share, or mount it here. If its files were moved without that one, write ${id} into ${MARKER} there.`,
      );
    }
    if (found === null) await write(store, storageUrl, { key: MARKER, text: `${id}\n` });
    if (!isMarked) await execute(tx, db.updateTable('installation').set({ store_marked: true }));
  });
  await tryWriting(store, storageUrl);
}
