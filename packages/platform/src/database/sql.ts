import {
  type CompiledQuery,
  DummyDriver,
  type Expression,
  Kysely,
  type OperationNodeSource,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  type SelectType,
  sql,
} from 'kysely';
import type { Tables } from '../generated/tables.js';
import type { Queryable } from './queryable.js';

/*
 * Statements whose names and types come from prisma/schema.prisma (docs/decisions/0160).
 *
 * One table, or a plain join: build it with `db`. What reads better as SQL (chains of WITH, walks that
 * skip what is locked, unnest): write it with `query`, each table by `table`, each column by its
 * reference, and what comes back by `row`, from which the type of the rows follows. In both a column
 * that was renamed in the schema fails to compile. Then `listRows`, `findRow` or `execute` send it.
 * JSON columns are unknown until a schema of contracts has parsed them.
 */

export { type RawBuilder, sql };

/** Builds statements; it has no connection and sends nothing. */
export const db = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (kysely) => new PostgresIntrospector(kysely),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

type TableName = keyof Tables & string;

/** References to the columns of a table. */
export type Columns<Name extends TableName> = {
  readonly [Column in keyof Tables[Name] & string]: RawBuilder<SelectType<Tables[Name][Column]>>;
};

/**
 * References to the columns of a table, as `alias.column`, or as bare names without an alias. Also
 * for the name of a WITH whose columns are those of the table.
 */
export function columnsOf<Name extends TableName>(_table: Name, alias?: string): Columns<Name> {
  return withColumns<object, Name>({}, alias);
}

/** The table in a FROM, UPDATE or INTO, with its alias, and references to its columns. */
export function table<Name extends TableName>(
  name: Name,
  alias?: string,
): Columns<Name> & OperationNodeSource {
  const named = alias === undefined ? sql.table(name) : sql`${sql.table(name)} AS ${sql.id(alias)}`;
  const source: OperationNodeSource = { toOperationNode: () => named.toOperationNode() };
  return withColumns<OperationNodeSource, Name>(source, alias);
}

/** References that may be null: of a table behind LEFT JOIN, by its alias. */
export type OptionalColumns<Name extends TableName> = {
  readonly [Column in keyof Tables[Name] & string]: RawBuilder<SelectType<
    Tables[Name][Column]
  > | null>;
};

/** As `columnsOf`, for what is behind LEFT JOIN. */
export function optionalColumns<Name extends TableName>(
  name: Name,
  alias: string,
): OptionalColumns<Name> {
  return columnsOf(name, alias);
}

/** As `table`, for one behind LEFT JOIN: each of its columns may be null. */
export function optionalTable<Name extends TableName>(
  name: Name,
  alias: string,
): OptionalColumns<Name> & OperationNodeSource {
  return table(name, alias);
}

/** The table and its columns in an INSERT INTO. */
export function into<Name extends TableName>(
  name: Name,
  ...columns: (keyof Tables[Name] & string)[]
): RawBuilder<unknown> {
  return sql`${sql.table(name)} (${sql.join(columns.map((column) => sql.id(column)))})`;
}

function withColumns<Own extends object, Name extends TableName>(
  own: Own,
  alias: string | undefined,
): Columns<Name> & Own {
  const prefix = alias === undefined ? '' : `${alias}.`;
  return new Proxy<Columns<Name> & Own>(Object.create(own), {
    get: (target, key) =>
      typeof key === 'symbol' || key in target
        ? Reflect.get(target, key)
        : sql.ref(`${prefix}${key}`),
  });
}

/**
 * A constant in the text, of the type of a column: a value that an enum no longer has does not
 * compile.
 */
export const lit = <Value>(
  _column: RawBuilder<Value>,
  value: NonNullable<Value>,
): RawBuilder<Value> => sql.lit(value);

type Spec = Readonly<Record<string, Expression<unknown>>>;
type ValueOf<E> = E extends Expression<infer Value> ? Value : never;

/** What a statement answers: a list of expressions with their names. */
export class Row<Shape extends object> implements OperationNodeSource {
  declare readonly shape: Shape;
  constructor(private readonly list: RawBuilder<unknown>) {}
  toOperationNode() {
    return this.list.toOperationNode();
  }
}

/** The list of a SELECT or RETURNING; the rows of the statement have this shape. */
export function row<const S extends Spec>(spec: S): Row<{ [Key in keyof S]: ValueOf<S[Key]> }> {
  const list = Object.entries(spec).map(([name, value]) => sql`${value} AS ${sql.id(name)}`);
  return new Row(sql.join(list));
}

/** What JSON makes of a value: times become text. */
type JsonValue<Value> = Value extends Date ? string : Value;

/** The object that `jsonObject` makes, for what is made of several of them. */
export type InJson<S extends Spec> = { [Key in keyof S]: JsonValue<ValueOf<S[Key]>> };

/** An object in JSON. */
export function jsonObject<const S extends Spec>(spec: S): RawBuilder<InJson<S>> {
  const pairs = Object.entries(spec).map(([name, value]) => sql`${sql.lit(name)}, ${value}`);
  return sql`json_build_object(${sql.join(pairs)})`;
}

type ShapeIn<Values> = Values extends readonly [infer First, ...infer Rest]
  ? First extends Row<infer Shape>
    ? Shape
    : ShapeIn<Rest>
  : NonNullable<unknown>;

/**
 * A statement as text: what is put in is a reference, a piece of SQL, a row, or becomes a
 * parameter.
 */
export function query<Values extends readonly unknown[]>(
  text: TemplateStringsArray,
  ...values: Values
): RawBuilder<ShapeIn<Values>> {
  return sql<ShapeIn<Values>>(text, ...values);
}

/** A builder of `db`, or a `query`. */
export type Statement<Shape> = { compile(by: typeof db): CompiledQuery<Shape> };

/** The type of the rows of a statement, of a named one, or of its list of columns. */
export type ShapeOf<S> =
  S extends Statement<infer Shape>
    ? Shape
    : S extends { readonly shape?: infer Shape }
      ? Shape
      : never;

/** The rows that a statement answers. */
export async function listRows<Shape>(
  to: Queryable,
  statement: Statement<Shape>,
): Promise<Shape[]> {
  const { sql: text, parameters } = statement.compile(db);
  return (await to.query<Shape>(text, parameters)).rows;
}

/** The first row that a statement answers, or null. */
export async function findRow<Shape>(
  to: Queryable,
  statement: Statement<Shape>,
): Promise<Shape | null> {
  return (await listRows(to, statement))[0] ?? null;
}

/**
 * The first row of a statement that always answers one, such as an INSERT … RETURNING or a count.
 */
export async function getRow<Shape>(to: Queryable, statement: Statement<Shape>): Promise<Shape> {
  const [row] = await listRows(to, statement);
  if (row === undefined) throw new Error('expected a row from a statement, got none');
  return row;
}

/** Runs a statement for what it does; answers how many rows it touched. */
export async function execute(to: Queryable, statement: Statement<unknown>): Promise<number> {
  const { sql: text, parameters } = statement.compile(db);
  return (await to.query(text, parameters)).rowCount ?? 0;
}
