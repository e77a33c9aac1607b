// Plain data, without zod: the page loads the catalogue at run time and builds its forms from it,
// and the schemas are built from the same data. A bound, a default or a word stands here once.

/** What a form says about a field. */
type Words = {
  readonly label: string;
  /** What a number is counted in. A share is shown in percent and needs none. */
  readonly unit?: string;
  /** What a person should know to choose a value; stands below the field. */
  readonly hint?: string;
  /** What the value means, for the documents; where the hint does not say it. */
  readonly about?: string;
};

/** Bounds of a number: `min` and `max` may be taken, `above` and `below` not. */
export type Bounds = {
  readonly min?: number;
  readonly above?: number;
  readonly max?: number;
  readonly below?: number;
};

/** Shares are shown in percent; figures of a project's metric too, where that is the accuracy. */
type Shown = { readonly shown?: 'percent' | 'metric' };

export type NumberField = Words &
  Bounds &
  Shown & { readonly type: 'number' | 'whole'; readonly default?: number };

/** A number that may be left out: empty is null, which is also its default where there is none. */
export type OptionalNumberField = Words &
  Bounds &
  Shown & { readonly type: 'optional-number' | 'optional-whole'; readonly default?: number };

/** One of a few values, each with its words. */
export type ChoiceField = Words & {
  readonly type: 'choice';
  readonly options: Readonly<Record<string, string>>;
  readonly default?: string;
};

/** One of a few numbers. */
export type NumberChoiceField = Words & {
  readonly type: 'number-choice';
  readonly values: readonly [number, number, ...number[]];
  readonly default: number;
};

export type FlagField = Words & { readonly type: 'flag'; readonly default: boolean };

/** A list of whole numbers, such as the units of each layer. */
export type SizesField = Words & {
  readonly type: 'sizes';
  readonly min: number;
  readonly max: number;
  readonly fewest: number;
  readonly most: number;
  readonly default: readonly number[];
};

export type Field =
  | NumberField
  | OptionalNumberField
  | ChoiceField
  | NumberChoiceField
  | FlagField
  | SizesField;
export type Fields = Readonly<Record<string, Field>>;

/** The value that a field holds. */
export type ValueOf<F extends Field> = F extends NumberField
  ? number
  : F extends OptionalNumberField
    ? number | null
    : F extends ChoiceField
      ? keyof F['options'] & string
      : F extends NumberChoiceField
        ? F['values'][number]
        : F extends FlagField
          ? boolean
          : number[];
/** The values of a group of fields. */
export type ValuesOf<Group extends Fields> = {
  -readonly [Name in keyof Group]: ValueOf<Group[Name]>;
};

/**
 * One of several kinds of a thing: each with its words, its fields and one sentence of when to take
 * it.
 */
export type Entry = {
  readonly label: string;
  readonly when: string;
  readonly fields: Fields;
};
export type Entries = Readonly<Record<string, Entry>>;

/** What a kind with its fields looks like as a value: `{ kind: 'swag', epochs: 20 }`. */
export type KindOf<Key extends string, Kinds extends Entries> = {
  [Kind in keyof Kinds]: Readonly<Record<Key, Kind>> & ValuesOf<Kinds[Kind]['fields']>;
}[keyof Kinds];

/** The names of a record, in the order in which it lists them. */
export const namesOf = <Name extends string>(record: Readonly<Record<Name, unknown>>): Name[] =>
  Object.keys(record) as Name[];

/** What a field holds when nobody says anything; undefined where it has to be said. */
export function defaultOf(field: Field): unknown {
  switch (field.type) {
    case 'optional-number':
    case 'optional-whole':
      return field.default ?? null;
    case 'sizes':
      return [...field.default];
    default:
      return field.default;
  }
}

/** A group of fields that says nothing of itself. */
export const defaultsOf = <Group extends Fields>(fields: Group): ValuesOf<Group> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, defaultOf(field)]),
  ) as ValuesOf<Group>;
