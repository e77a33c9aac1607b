import { fileURLToPath } from 'node:url';
import { FolderStore } from './folder-store.js';
import type { ObjectStore } from './object-store.js';

/** Opens the store of a storage URL; `file:///absolute/folder` is a folder. */
export function createObjectStore(storageUrl: string): ObjectStore {
  const url = new URL(storageUrl);
  if (url.protocol !== 'file:') {
    throw new Error(`STORAGE_URL begins with ${url.protocol}, expected file:///absolute/folder.`);
  }
  return new FolderStore(fileURLToPath(url));
}
