import { describe, expect, expectTypeOf, it } from 'vitest';
import { named } from './named-statement.js';
import type { Queryable } from './queryable.js';
import {
  columnsOf,
  db,
  execute,
  findRow,
  getRow,
  into,
  jsonObject,
  listRows,
  lit,
  optionalTable,
  query,
  row,
  type ShapeOf,
  sql,
  table,
} from './sql.js';

const p = table('project', 'p');
const project = table('project');

const textOf = (statement: ReturnType<typeof query>) => statement.compile(db).sql;

/** Answers the same rows to everything, and notes what it was sent. */
function answering(rows: unknown[]) {
  const sent: [string, readonly unknown[]][] = [];
  const to: Queryable = {
    async query<Row>(text: string, values: readonly unknown[] = []) {
      sent.push([text, values]);
      return { rows: rows as Row[], rowCount: rows.length };
    },
  };
  return { to, sent };
}

describe('query', () => {
  it('writes references with their alias, bare ones without, and values as parameters', () => {
    const picked = columnsOf('queue_entry', 'picked');
    const { sql: text, parameters } = query`UPDATE ${p} SET ${project.seed} = ${7}
      FROM picked WHERE ${p.id} = ${picked.project_id}`.compile(db);
    expect(text).toBe(`UPDATE "project" AS "p" SET "seed" = $1
      FROM picked WHERE "p"."id" = "picked"."project_id"`);
    expect(parameters).toEqual([7]);
  });

  it('names what it answers, and knows its type', () => {
    const round = optionalTable('round', 'r');
    const statement = query`SELECT ${row({
      id: p.id,
      at: p.last_label_at,
      settings: p.policies,
      number: round.number,
      open: sql<boolean>`true`,
      json: jsonObject({ at: p.created_at, name: p.name }),
    })} FROM ${p}`;
    expect(textOf(statement)).toBe(
      'SELECT "p"."id" AS "id", "p"."last_label_at" AS "at", "p"."policies" AS "settings", ' +
        '"r"."number" AS "number", true AS "open", ' +
        `json_build_object('at', "p"."created_at", 'name', "p"."name") AS "json" FROM "project" AS "p"`,
    );
    expectTypeOf<ShapeOf<typeof statement>>().toEqualTypeOf<{
      readonly id: string;
      readonly at: Date | null;
      readonly settings: unknown;
      readonly number: number | null;
      readonly open: boolean;
      readonly json: { readonly at: string; readonly name: string };
    }>();
  });

  it('does not compile with a column or a table that the schema does not have', () => {
    // @ts-expect-error
    expect(p.label_cuont).toBeDefined();
    // @ts-expect-error
    expect(table('prject')).toBeDefined();
    // @ts-expect-error
    expect(into('lease', 'id', 'expired_at')).toBeDefined();
    // @ts-expect-error
    expect(db.updateTable('project').set({ label_cuont: 1 })).toBeDefined();
    // @ts-expect-error
    expect(db.selectFrom('project').select('label_cuont')).toBeDefined();
    // @ts-expect-error
    expect(lit(table('label').origin, 'tset')).toBeDefined();
  });

  it('lists the columns of an INSERT', () => {
    expect(textOf(query`INSERT INTO ${into('lease', 'id', 'rank')}`)).toBe(
      'INSERT INTO "lease" ("id", "rank")',
    );
  });
});

describe('what sends a statement', () => {
  const statement = db.selectFrom('project').select('name').where('id', '=', 'x');

  it('answers its rows, the first of them, or how many there were', async () => {
    const { to, sent } = answering([{ name: 'a' }, { name: 'b' }]);
    expect(await listRows(to, statement)).toEqual([{ name: 'a' }, { name: 'b' }]);
    expect(await findRow(to, statement)).toEqual({ name: 'a' });
    expect(await getRow(to, statement)).toEqual({ name: 'a' });
    expect(await execute(to, statement)).toBe(2);
    expect(sent[0]).toEqual([statement.compile().sql, ['x']]);
  });

  it('tells none from one', async () => {
    const { to } = answering([]);
    expect(await findRow(to, statement)).toBeNull();
    await expect(getRow(to, statement)).rejects.toThrow('expected a row');
  });
});

describe('named', () => {
  it('gives each value one place, however often the text names it', () => {
    const find = named<{ id: string; seed: number }>()(
      'find',
      ($) => query`SELECT ${row({ id: p.id })} FROM ${p}
        WHERE ${p.id} = ${$.id} AND ${p.seed} > ${$.seed} AND ${p.id} <> ${$.id}`,
    );
    expect(find.order).toEqual(['id', 'seed']);
    expect(find.text).toContain('"p"."id" = $1 AND "p"."seed" > $2 AND "p"."id" <> $1');
    expectTypeOf<ShapeOf<typeof find>>().toEqualTypeOf<{ readonly id: string }>();
  });

  it('refuses a value that is none of its parameters', () => {
    expect(() => named()('find', () => query`SELECT ${1}`)).toThrow('not one of its parameters');
  });
});
