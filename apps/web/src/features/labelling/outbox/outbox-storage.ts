import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { OutboxRecord } from './outbox-record';

/** Where answers wait. */
export interface OutboxStorage {
  list(projectId: string, userId: string): Promise<OutboxRecord[]>;
  put(record: OutboxRecord): Promise<void>;
  remove(key: string): Promise<void>;
}

interface Schema extends DBSchema {
  outbox: { key: string; value: OutboxRecord; indexes: { owner: [string, string] } };
}

const DATABASE = 'dubio';
const VERSION = 1;

/** Answers in IndexedDB: they outlive the tab, the browser and the power. */
class IndexedDbStorage implements OutboxStorage {
  private readonly database: IDBPDatabase<Schema>;

  constructor(database: IDBPDatabase<Schema>) {
    this.database = database;
  }

  async list(projectId: string, userId: string): Promise<OutboxRecord[]> {
    const records = await this.database.getAllFromIndex('outbox', 'owner', [projectId, userId]);
    return records.sort((a, b) => a.createdAt - b.createdAt);
  }

  async put(record: OutboxRecord): Promise<void> {
    // Strict: the promise holds only once the answer is on the disk.
    const write = this.database.transaction('outbox', 'readwrite', { durability: 'strict' });
    await Promise.all([write.store.put(record), write.done]);
  }

  async remove(key: string): Promise<void> {
    await this.database.delete('outbox', key);
  }
}

/** Answers in memory, for browsers that refuse IndexedDB, as some do in private windows. */
export class MemoryStorage implements OutboxStorage {
  private readonly records = new Map<string, OutboxRecord>();

  async list(projectId: string, userId: string): Promise<OutboxRecord[]> {
    return [...this.records.values()]
      .filter((record) => record.projectId === projectId && record.userId === userId)
      .sort((a, b) => a.createdAt - b.createdAt);
  }

  async put(record: OutboxRecord): Promise<void> {
    this.records.set(record.key, record);
  }

  async remove(key: string): Promise<void> {
    this.records.delete(key);
  }
}

/** Opens the browser's storage; `durable` says whether answers outlive this tab. */
export async function openOutboxStorage(): Promise<{ storage: OutboxStorage; durable: boolean }> {
  try {
    const database = await openDB<Schema>(DATABASE, VERSION, {
      upgrade: (db) => {
        db.createObjectStore('outbox', { keyPath: 'key' }).createIndex('owner', [
          'projectId',
          'userId',
        ]);
      },
    });
    return { storage: new IndexedDbStorage(database), durable: true };
  } catch {
    return { storage: new MemoryStorage(), durable: false };
  }
}
