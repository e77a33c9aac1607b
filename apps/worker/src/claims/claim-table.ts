import {
  columnsOf,
  execute,
  findRow,
  type Queryable,
  query,
  row,
  sql,
  table,
} from '@dubio/platform';
import { ClaimLostError } from './hold-claim.js';

/** A piece of SQL; what it stands for is of this type. */
export type Sql<Value = unknown> = ReturnType<typeof sql<Value>>;

/**
 * A table whose rows are claimed: a token says who works on a row, a heartbeat says that they live.
 * In statements the row is `c`, and what it belongs to is `o`.
 */
export type ClaimTable = {
  readonly name: CountingTable | 'import';
  /** Columns that name one row. */
  readonly key: readonly Sql[];
  /** What the row belongs to, such as the round of a shard, and how the two are joined. */
  readonly owner: { readonly from: Sql; readonly on: Sql } | null;
  /** Since when a row waits that nobody ever claimed. */
  readonly since: Sql;
  /** What must hold, beside the state, for anybody to work on the row. */
  readonly alive: Sql | null;
  /** State of a row that nobody works on; null where it keeps the one it has. */
  readonly idle: 'waiting' | null;
  /** Column that says why the last try failed. */
  readonly error: Sql | null;
};

/** Tables whose rows count their tries; those of imports are counted by the queue. */
type CountingTable = 'round' | 'round_member' | 'shard_score' | 'replay';

/**
 * One row, the states in which it may be claimed, and the one it has while somebody works on it.
 */
export type ClaimTarget = {
  readonly table: ClaimTable;
  readonly key: readonly unknown[];
  readonly from: readonly string[];
  readonly state: string;
};

/** A row under the token of whoever holds it. */
export type Held = { readonly target: ClaimTarget; readonly token: string };

/** The count of tries as `c.attempts`, and by its bare name; null where the queue counts. */
function triesOf({ name }: ClaimTable) {
  return name === 'import'
    ? null
    : { now: columnsOf(name, 'c').attempts, column: columnsOf(name).attempts };
}

const allOf = (conditions: readonly (Sql | null | undefined)[]): Sql =>
  sql.join(
    conditions.filter((condition) => condition),
    sql` AND `,
  );

const isRow = ({ table: { key: columns }, key }: ClaimTarget): Sql =>
  allOf(columns.map((column, at) => sql`${column} = ${key[at]}`));

const fromOwner = ({ owner }: ClaimTable): Sql =>
  owner === null ? sql`` : sql`FROM ${owner.from}`;

/** Whether a heartbeat is older than so many milliseconds. */
export const isOlder = (heartbeat: Sql, ms: number): Sql =>
  sql`${heartbeat} < now() - ${ms}::float8 * interval '1 millisecond'`;

/** Claims a row by compare-and-set; null when it is done, cancelled or held by another. */
export async function claimRow(
  db: Queryable,
  { target, token }: Held,
  staleMs: number,
): Promise<{ readonly before: string; readonly tries: number | null } | null> {
  const { name, owner, alive } = target.table;
  const [set, c, before] = [table(name), table(name, 'c'), columnsOf(name, 'before')];
  const tries = triesOf(target.table);
  const taken = row({ before: before.state, tries: tries?.now ?? sql<null>`NULL` });
  return findRow(
    db,
    query`WITH before AS (SELECT ${c.state} FROM ${c} WHERE ${isRow(target)} FOR NO KEY UPDATE)
      UPDATE ${c} SET ${set.claim_token} = ${token}, ${set.heartbeat_at} = now(),
        ${set.state} = ${target.state}
        ${tries === null ? sql`` : sql`, ${tries.column} = ${tries.now} + 1`}
      FROM before ${owner === null ? sql`` : sql`, ${owner.from}`}
      WHERE ${allOf([isRow(target), owner?.on, alive])} AND ${c.state} = ANY(${target.from})
        AND (${c.claim_token} IS NULL OR ${isOlder(c.heartbeat_at, staleMs)})
      RETURNING ${taken}`,
  );
}

/** Whether a row is still held, and still worth the work. */
function isHeld({ target, token }: Held): Sql {
  const { name, owner, alive } = target.table;
  const c = columnsOf(name, 'c');
  return allOf([
    ...[isRow(target), owner?.on, alive],
    sql`${c.claim_token} = ${token} AND ${c.state} = ${target.state}`,
  ]);
}

/** Says that whoever holds the row lives; false when it is cancelled or held by another. */
export async function renewRow(db: Queryable, held: Held): Promise<boolean> {
  const { name } = held.target.table;
  const rows = await execute(
    db,
    query`UPDATE ${table(name, 'c')} SET ${columnsOf(name).heartbeat_at} = now()
      ${fromOwner(held.target.table)} WHERE ${isHeld(held)}`,
  );
  return rows === 1;
}

/**
 * Writes under the claim: the last word of a piece of work is a compare-and-set.
 * @throws ClaimLostError when the row is cancelled or held by another
 */
export async function updateHeld(tx: Queryable, held: Held, assignments: Sql): Promise<void> {
  const { name } = held.target.table;
  const rows = await execute(
    tx,
    query`UPDATE ${table(name, 'c')} SET ${assignments}
      ${fromOwner(held.target.table)} WHERE ${isHeld(held)}`,
  );
  if (rows !== 1) throw new ClaimLostError();
}

/** Lets go of a row for the next try; one that is handed back unharmed does not count as a try. */
export async function releaseRow(
  db: Queryable,
  { target, token }: Held,
  why: { readonly isHandBack: boolean; readonly cause: string },
): Promise<void> {
  const { name, idle, error } = target.table;
  const [set, c] = [table(name), table(name, 'c')];
  const tries = triesOf(target.table);
  const assignments = [
    sql`${set.claim_token} = NULL, ${set.heartbeat_at} = now()`,
    ...(idle === null ? [] : [sql`${set.state} = ${idle}`]),
    ...(error === null ? [] : [sql`${error} = ${why.isHandBack ? null : why.cause}`]),
    ...(tries && why.isHandBack ? [sql`${tries.column} = greatest(0, ${tries.now} - 1)`] : []),
  ];
  await execute(
    db,
    query`UPDATE ${c} SET ${sql.join(assignments)}
      WHERE ${isRow(target)} AND ${c.claim_token} = ${token}`,
  );
}
