import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { toTableTypes } from './generate-tables.mjs';

const schema = (fields) => `enum Origin {
  acquisition
  cold_start @map("cold-start")
}

model QueueEntry {
${fields}
  @@id([projectId])
  @@map("queue_entry")
}
`;

describe('types of the tables', () => {
  it('have the names and the types of the database', () => {
    const types = toTableTypes(
      schema(`  /// A remark.
  projectId String  @id @default(uuid(7)) @map("project_id") @db.Uuid
  origin    Origin
  openSlots Int     @default(1) @map("open_slots")
  score     Float?
  votes     Int[]
  hash      Bytes
  answer    Json?
  bytes     BigInt  @default(0)
  txid      Unsupported("xid8") @default(dbgenerated("pg_current_xact_id()"))
  at        DateTime @default(now()) @db.Timestamptz(3)
  others    QueueEntry[]`),
    );
    expect(types).toContain(`export type Origin = 'acquisition' | 'cold-start';`);
    expect(types).toContain(`export type QueueEntryTable = {
  project_id: string;
  origin: Origin;
  open_slots: Generated<number>;
  score: number | null;
  votes: number[];
  hash: Buffer;
  answer: Json | null;
  bytes: Default<Int8>;
  txid: Generated<string>;
  at: Default<Timestamp>;
};`);
    expect(types).toContain('  queue_entry: QueueEntryTable;');
  });

  it.each(['  price Decimal', '  place Somewhere', '  name String %'])('refuse "%s"', (line) => {
    expect(() => toTableTypes(schema(line))).toThrow('is not understood');
  });

  it('are made of every model of the schema', () => {
    const text = readFileSync(new URL('../../prisma/schema.prisma', import.meta.url), 'utf8');
    const models = text.match(/^model /gm) ?? [];
    expect(toTableTypes(text).match(/^export type \w+Table = /gm)).toHaveLength(models.length);
  });
});
