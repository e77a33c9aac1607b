import { type RawBuilder, sql } from 'kysely';
import type pg from 'pg';
import { db } from './sql.js';

/** A pool, or the connection of a transaction. */
type Sender = Pick<pg.Pool, 'query'>;

/** A statement that each connection parses once, with the order in which its values are sent. */
export type NamedStatement<Values extends object, Shape> = {
  readonly name: string;
  readonly text: string;
  readonly order: readonly (keyof Values & string)[];
  /** Of the type only: the rows that it answers. */
  readonly shape?: Shape;
};

/** Each value that the text names becomes one parameter, however often it is named. */
type Placeholders<Values extends object> = {
  readonly [Key in keyof Values & string]: RawBuilder<Values[Key]>;
};

/**
 * Makes a named statement: `named<{ id: string }>()('find-it', ($) => query`… ${$.id} …`)`. The
 * text is made once; values that it does not name have no place in it, so it is the same for every
 * call.
 */
export function named<Values extends object = Record<never, never>>() {
  return <Shape>(
    name: string,
    build: (values: Placeholders<Values>) => RawBuilder<Shape>,
  ): NamedStatement<Values, Shape> => {
    const order: (keyof Values & string)[] = [];
    const place = (key: keyof Values & string): RawBuilder<unknown> => {
      if (!order.includes(key)) order.push(key);
      return sql.raw(`$${order.indexOf(key) + 1}`);
    };
    const values = new Proxy<Placeholders<Values>>(Object.create(null), {
      get: (_, key: keyof Values & string) => place(key),
    });
    const { sql: text, parameters } = build(values).compile(db);
    if (parameters.length > 0) {
      throw new Error(`${name}: a value stands in the text that is not one of its parameters`);
    }
    return { name, text, order };
  };
}

/** The rows that a named statement answers. */
export async function sendNamed<Values extends object, Shape extends object>(
  to: Sender,
  { name, text, order }: NamedStatement<Values, Shape>,
  values: Values,
): Promise<Shape[]> {
  const { rows } = await to.query<Shape>({ name, text, values: order.map((key) => values[key]) });
  return rows;
}
