import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { z } from 'zod';

/** The key of the advisory lock that Prisma's own migration engine takes: both keep out of each other's way. */
const PRISMA_LOCK = 72_707_369;
const FOLDER = fileURLToPath(new URL('../../../../prisma/migrations', import.meta.url));

const LEDGER = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  id varchar(36) PRIMARY KEY NOT NULL,
  checksum varchar(64) NOT NULL,
  finished_at timestamptz,
  migration_name varchar(255) NOT NULL,
  logs text,
  rolled_back_at timestamptz,
  started_at timestamptz NOT NULL DEFAULT now(),
  applied_steps_count integer NOT NULL DEFAULT 0
)`;

export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

type Migration = { name: string; sql: string; checksum: string };
/** Of Prisma's own table, which is not in its schema. */
const LedgerRow = z.object({
  name: z.string(),
  checksum: z.string(),
  finished: z.boolean(),
  logs: z.string().nullable(),
});
type LedgerRow = z.infer<typeof LedgerRow>;

async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(path.join(folder, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

async function readLedger(client: pg.Client): Promise<Map<string, LedgerRow>> {
  await client.query(LEDGER);
  const { rows } = await client.query(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished, logs
     FROM "_prisma_migrations" WHERE rolled_back_at IS NULL ORDER BY started_at`,
  );
  return new Map(
    z
      .array(LedgerRow)
      .parse(rows)
      .map((row) => [row.name, row]),
  );
}

/** A statement list sent as one simple query is one implicit transaction: all of it or nothing. */
async function apply(client: pg.Client, migration: Migration): Promise<void> {
  const ledger = `INSERT INTO "_prisma_migrations"
    (id, checksum, migration_name, finished_at, applied_steps_count)
    VALUES ('${randomUUID()}', '${migration.checksum}', ${client.escapeLiteral(migration.name)}, now(), 1)`;
  try {
    await client.query(`${migration.sql}\n;\n${ledger}`);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MigrationError(
      `Migration ${migration.name} could not be applied: ${reason}. Nothing of it was kept.`,
      { cause },
    );
  }
}

function checkKnown(row: LedgerRow, migration: Migration): void {
  if (!row.finished) {
    throw new MigrationError(
      `Migration ${row.name} failed before: ${row.logs ?? 'no log'}. Mend it, then mark it with: prisma migrate resolve`,
    );
  }
  if (row.checksum !== migration.checksum) {
    throw new MigrationError(
      `Migration ${row.name} was edited after it was applied to this database. Put it back and write a new one.`,
    );
  }
}

/** Brings a database up to date and returns the names of what was applied; safe to run from many processes at once. */
export async function deployMigrations(
  url: string,
  options: { log?: (line: string) => void; folder?: string } = {},
): Promise<string[]> {
  const migrations = await readMigrations(options.folder ?? FOLDER);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [PRISMA_LOCK]);
    const ledger = await readLedger(client);
    const known = new Set(migrations.map((migration) => migration.name));
    const strange = [...ledger.keys()].find((name) => !known.has(name));
    if (strange !== undefined) {
      throw new MigrationError(
        `The database knows migration ${strange}, this version of Dubio does not. Start the newer version that made it.`,
      );
    }
    const applied: string[] = [];
    for (const migration of migrations) {
      const row = ledger.get(migration.name);
      if (row !== undefined) {
        checkKnown(row, migration);
        continue;
      }
      await apply(client, migration);
      options.log?.(`applied ${migration.name}`);
      applied.push(migration.name);
    }
    return applied;
  } finally {
    // Ends the session and with it the advisory lock.
    await client.end();
  }
}
