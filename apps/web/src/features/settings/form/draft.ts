import {
  defaultOf,
  type Entries,
  type Fields,
  type KindOf,
  type SettingProblem,
  type ValuesOf,
} from '@dubio/contracts/catalogue';
import { isOn, readField, writeField } from './field-text';

/** What is typed, as it is typed, under the path of its field: `posterior.rate`. */
export type Draft = Readonly<Record<string, string>>;
/** What is wrong, under the same paths. */
export type Errors = Readonly<Record<string, string>>;
export type Read<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly errors: Errors };

/** A draft, what is wrong with it, and how to change it. */
export type Form = {
  readonly draft: Draft;
  readonly errors: Errors;
  readonly onChange: (draft: Draft) => void;
};

export const pathOf = (part: string, name: string): string =>
  part === '' ? name : `${part}.${name}`;

/** Shows a group of values. */
export const draftOf = <Group extends Fields>(
  part: string,
  fields: Group,
  values: Readonly<ValuesOf<Group>>,
): Draft =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [
      pathOf(part, name),
      writeField(field, values[name]),
    ]),
  );

/**
 * Shows one of several kinds, and the fields of all others as they are at first, so that one can go
 * back and forth. Fields of one name are one: what is typed there holds for each kind that has it.
 */
export function kindDraft<Key extends string, Kinds extends Entries>(
  part: string,
  key: Key,
  kinds: Kinds,
  value: KindOf<Key, Kinds>,
): Draft {
  const kind = value[key];
  const shown: Record<string, string> = {
    [pathOf(part, key)]: String(kind),
    ...draftOf(part, kinds[kind]?.fields ?? {}, value),
  };
  for (const { fields } of Object.values(kinds)) {
    for (const [name, field] of Object.entries(fields)) {
      shown[pathOf(part, name)] ??= writeField(field, defaultOf(field));
    }
  }
  return shown;
}

/** Reads a form part by part, so that every mistake is found at once. */
export class DraftReader {
  readonly #draft: Draft;
  readonly #errors: Record<string, string> = {};

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  /**
   * The values of a group; one that cannot be read is NaN, which no rule between fields complains
   * of.
   */
  fields<Group extends Fields>(part: string, fields: Group): ValuesOf<Group> {
    const values = Object.entries(fields).map(([name, field]) => {
      const path = pathOf(part, name);
      const read = readField(field, this.#draft[path] ?? '');
      if (read.error !== null) this.#errors[path] = read.error;
      return [name, read.error === null ? read.value : Number.NaN];
    });
    return Object.fromEntries(values) as ValuesOf<Group>;
  }

  /** One of several kinds with its fields. */
  kind<Key extends string, Kinds extends Entries>(
    part: string,
    key: Key,
    kinds: Kinds,
  ): KindOf<Key, Kinds> {
    const kind = this.#draft[pathOf(part, key)] ?? '';
    const values = this.fields(part, kinds[kind]?.fields ?? {});
    return { [key]: kind, ...values } as KindOf<Key, Kinds>;
  }

  isOn(path: string): boolean {
    return isOn(this.#draft[path]);
  }

  /** The value, unless something is wrong with a field or with how fields go together. */
  done<Value>(value: Value, problems: readonly SettingProblem[] = []): Read<Value> {
    for (const { path, says } of problems) this.#errors[path.join('.')] ??= says;
    const errors = this.#errors;
    return Object.keys(errors).length > 0 ? { ok: false, errors } : { ok: true, value };
  }
}
