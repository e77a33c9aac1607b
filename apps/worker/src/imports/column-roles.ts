import type { ColumnRole, ImportOptions, ItemKind, LabelSchema } from '@dubio/contracts';
import type { z } from 'zod';
import { UnreadableSourceError } from './source-row.js';

export type Role = z.infer<typeof ColumnRole>;

export type RoleContext = {
  readonly itemKind: ItemKind;
  readonly labelSchema: LabelSchema;
  readonly options: z.infer<typeof ImportOptions>;
};

/** What each column of the source is for, in the order of the source. */
export type RolePlan = {
  readonly roles: ReadonlyMap<string, Role>;
  /** Column -> name of the label field whose answer it carries. */
  readonly answerFields: ReadonlyMap<string, string>;
};

const ID_NAMES = new Set(['id', 'external_id', 'external-id', 'externalid', 'key', 'uuid']);
const ANSWER_NAMES = new Set(['answer', 'label', 'class', 'target']);
const TEXT_NAMES = new Set(['text', 'sentence', 'message', 'content', 'body', 'review']);

/** Roles as asked for; where nobody said, guessed from the names of the columns. */
export function planRoles(columns: readonly string[], context: RoleContext): RolePlan {
  const roles = new Map<string, Role>();
  const asked = context.options.columns;
  for (const column of columns) {
    roles.set(column, asked ? askedRole(asked, column) : guessRole(column, context));
  }
  if (context.itemKind === 'text' && ![...roles.values()].includes('text')) {
    const first = columns.find((column) => roles.get(column) === 'shown');
    if (first !== undefined) roles.set(first, 'text');
  }
  assertUsable(roles, columns, context.itemKind);
  return { roles, answerFields: answerFieldsOf(roles, context.labelSchema) };
}

function askedRole(asked: Readonly<Record<string, Role>>, column: string): Role {
  return asked[column] ?? asked[column.replace(/\.\d+$/, '')] ?? 'ignored';
}

function guessRole(column: string, { itemKind, labelSchema, options }: RoleContext): Role {
  const name = column.toLowerCase();
  const isField = labelSchema.fields.some((field) => field.name.toLowerCase() === name);
  if (isField || ANSWER_NAMES.has(name)) return options.takeAnswers ? 'answer' : 'ignored';
  if (ID_NAMES.has(name)) return 'external-id';
  if (name === 'split') return 'split';
  if (itemKind === 'text') return TEXT_NAMES.has(name) ? 'text' : 'shown';
  return itemKind === 'image' ? 'shown' : 'feature';
}

function assertUsable(
  roles: ReadonlyMap<string, Role>,
  columns: readonly string[],
  itemKind: ItemKind,
): void {
  const count = (role: Role) => [...roles.values()].filter((found) => found === role).length;
  const names = columns.slice(0, 12).join(', ');
  for (const role of ['external-id', 'split', 'text'] as const) {
    if (count(role) > 1) {
      throw new UnreadableSourceError(`${count(role)} columns are marked ${role}, expected one.`);
    }
  }
  if (itemKind === 'text' && count('text') === 0) {
    throw new UnreadableSourceError(`No column holds the text. Mark one of: ${names}.`);
  }
  if ((itemKind === 'table' || itemKind === 'vector') && count('feature') === 0) {
    throw new UnreadableSourceError(`No column is a feature. Mark at least one of: ${names}.`);
  }
}

function answerFieldsOf(
  roles: ReadonlyMap<string, Role>,
  schema: LabelSchema,
): ReadonlyMap<string, string> {
  const columns = [...roles].filter(([, role]) => role === 'answer').map(([name]) => name);
  const fields = new Map<string, string>();
  const unnamed = schema.fields.map((field) => field.name);
  for (const column of columns) {
    const at = unnamed.findIndex((name) => name.toLowerCase() === column.toLowerCase());
    if (at >= 0) fields.set(column, unnamed.splice(at, 1)[0]!);
  }
  for (const column of columns) {
    if (fields.has(column)) continue;
    const field = unnamed.shift();
    if (field === undefined) {
      throw new UnreadableSourceError(
        `${columns.length} columns hold answers, the project asks ${schema.fields.length} question(s). Mark the others as ignored.`,
      );
    }
    fields.set(column, field);
  }
  return fields;
}
