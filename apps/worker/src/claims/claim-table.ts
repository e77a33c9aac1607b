import type { Queryable } from '@dubio/platform';
import { ClaimLostError } from './hold-claim.js';

/**
 * A table whose rows are claimed: a token says who works on a row, a heartbeat says that they live.
 * In SQL the row is `c`, and what it belongs to is `o`.
 */
export type ClaimTable = {
  readonly name: string;
  /** Columns that name one row. */
  readonly key: readonly string[];
  readonly stateType: 'RoundState' | 'WorkState' | 'ImportState';
  /** What the row belongs to, such as the round of a shard, and how the two are joined. */
  readonly owner: { readonly from: string; readonly on: string } | null;
  /** What must hold, beside the state, for anybody to work on the row. */
  readonly alive: string | null;
  /** State of a row that nobody works on; null where it keeps the one it has. */
  readonly idle: string | null;
  /** Whether the row counts its tries; else the queue does. */
  readonly countsTries: boolean;
  /** Whether the row says why its last try failed. */
  readonly keepsError: boolean;
};

/** One row, the states in which it may be claimed, and the one it has while somebody works on it. */
export type ClaimTarget = {
  readonly table: ClaimTable;
  readonly key: readonly unknown[];
  readonly from: readonly string[];
  readonly state: string;
};

/** A row under the token of whoever holds it. */
export type Held = { readonly target: ClaimTarget; readonly token: string };

/** Values of a statement, in the order in which it names them. */
class Values {
  readonly list: unknown[] = [];
  readonly add = (value: unknown): string => `$${this.list.push(value)}`;
}

const allOf = (conditions: readonly (string | null | undefined)[]): string =>
  conditions.filter((condition) => condition).join(' AND ');

const isRow = ({ table, key }: ClaimTarget, values: Values): string =>
  allOf(table.key.map((column, at) => `c.${column} = ${values.add(key[at])}`));

const fromOwner = ({ owner }: ClaimTable): string => (owner === null ? '' : `FROM ${owner.from}`);

/** Claims a row by compare-and-set; null when it is done, cancelled or held by another. */
export async function claimRow(
  db: Queryable,
  { target, token }: Held,
  staleMs: number,
): Promise<{ readonly before: string; readonly tries: number | null } | null> {
  const { table } = target;
  const values = new Values();
  const row = isRow(target, values);
  const { rows } = await db.query<{ before: string; tries: number | null }>(
    `WITH before AS (SELECT c.state FROM ${table.name} c WHERE ${row} FOR NO KEY UPDATE)
     UPDATE ${table.name} c
        SET claim_token = ${values.add(token)}, heartbeat_at = now(),
            state = ${values.add(target.state)}::"${table.stateType}"
            ${table.countsTries ? ', attempts = c.attempts + 1' : ''}
       FROM before ${table.owner === null ? '' : `, ${table.owner.from}`}
      WHERE ${allOf([row, table.owner?.on, table.alive])}
        AND c.state = ANY(${values.add(target.from)}::"${table.stateType}"[])
        AND (c.claim_token IS NULL
          OR c.heartbeat_at < now() - ${values.add(staleMs)}::float8 * interval '1 millisecond')
      RETURNING before.state AS before, ${table.countsTries ? 'c.attempts' : 'NULL::int'} AS tries`,
    values.list,
  );
  return rows[0] ?? null;
}

/** `WHERE` of a row that is still held, and still worth the work. */
const isHeld = ({ target, token }: Held, values: Values): string =>
  allOf([
    isRow(target, values),
    target.table.owner?.on,
    target.table.alive,
    `c.claim_token = ${values.add(token)}`,
    `c.state = ${values.add(target.state)}::"${target.table.stateType}"`,
  ]);

/** Says that whoever holds the row lives; false when it is cancelled or held by another. */
export async function renewRow(db: Queryable, held: Held): Promise<boolean> {
  const { table } = held.target;
  const values = new Values();
  const { rowCount } = await db.query(
    `UPDATE ${table.name} c SET heartbeat_at = now() ${fromOwner(table)}
      WHERE ${isHeld(held, values)}`,
    values.list,
  );
  return rowCount === 1;
}

/** What to write: SQL of a `SET`, and values, which it names `$1` and so on. */
export type Assignments = {
  readonly set: string;
  readonly values?: readonly unknown[] | undefined;
};

/**
 * Writes under the claim: the last word of a piece of work is a compare-and-set.
 * @throws ClaimLostError when the row is cancelled or held by another
 */
export async function updateHeld(
  tx: Queryable,
  held: Held,
  { set, values: given = [] }: Assignments,
): Promise<void> {
  const { table } = held.target;
  const values = new Values();
  for (const value of given) values.add(value);
  const { rowCount } = await tx.query(
    `UPDATE ${table.name} c SET ${set} ${fromOwner(table)} WHERE ${isHeld(held, values)}`,
    values.list,
  );
  if (rowCount !== 1) throw new ClaimLostError();
}

/** Lets go of a row for the next try; one that is handed back unharmed does not count as a try. */
export async function releaseRow(
  db: Queryable,
  { target, token }: Held,
  why: { readonly isHandBack: boolean; readonly cause: string },
): Promise<void> {
  const { table } = target;
  const values = new Values();
  const { idle, stateType, countsTries, keepsError } = table;
  const set = [
    'claim_token = NULL',
    'heartbeat_at = now()',
    ...(idle === null ? [] : [`state = ${values.add(idle)}::"${stateType}"`]),
    ...(keepsError ? [`error = ${values.add(why.isHandBack ? null : why.cause)}`] : []),
    ...(countsTries && why.isHandBack ? ['attempts = greatest(0, c.attempts - 1)'] : []),
  ];
  await db.query(
    `UPDATE ${table.name} c SET ${set.join(', ')}
      WHERE ${isRow(target, values)} AND c.claim_token = ${values.add(token)}`,
    values.list,
  );
}
