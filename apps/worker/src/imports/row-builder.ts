import { createHash } from 'node:crypto';
import { type Answer, unstorable } from '@dubio/contracts';
import type { Cell } from '../features/item-content.js';
import { readAnswer, splitNamed } from './answers.js';
import { planRoles, type Role, type RoleContext, type RolePlan } from './column-roles.js';
import {
  problem,
  type RowProblem,
  type SourcePicture,
  type SourceRow,
  UnreadableSourceError,
} from './source-row.js';

export type Split = 'pool' | 'validation' | 'test';

/** A row that may go in, all but its picture, which is re-encoded later. */
export type NewItem = {
  readonly line: number;
  readonly externalId: string;
  readonly split: Split;
  /** What is shown and learned from, as JSON with its keys in the order of the source. */
  readonly payload: string;
  readonly answer: Answer | null;
  /** Absent for pictures: their hash is that of their pixels. */
  readonly contentHash: Buffer | null;
  readonly picture: SourcePicture | null;
};

const MISSING = new Set(['na', 'n/a', 'nan', 'null', 'none', '?']);
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const MAX_TEXT_LENGTH = 100_000;
const MAX_ID_LENGTH = 255;
/** Columns of all the plans that are kept for objects of different keys. */
const REMEMBERED_COLUMNS = 100_000;
const inPayload: ReadonlySet<Role> = new Set<Role>(['feature', 'shown', 'text']);

/** Turns source rows into items of one project; keeps the column plan between rows. */
export class RowBuilder {
  private plan: RolePlan | null = null;
  private features: readonly string[] = [];
  private payloadWidth = 0;
  private readonly roleMemory = new Map<string, RolePlan>();
  private remembered = 0;

  constructor(
    private readonly context: RoleContext,
    /** Names rows that bring no id of their own. */
    private readonly rowName: (line: number) => string,
  ) {}

  build(row: SourceRow): NewItem | RowProblem {
    const unfit = unstorable({ ...row.cells, ...(row.name && { name: row.name }) });
    if (unfit !== null) {
      return problem(row.line, unfit.path[0] ?? null, `Expected ${unfit.expected}.`);
    }
    const plan = this.findPlan(row);
    if ('kind' in plan) return plan;
    const externalId = this.externalIdOf(row, plan);
    if (externalId.length > MAX_ID_LENGTH) {
      return problem(row.line, 'id', `Expected at most ${MAX_ID_LENGTH} characters.`, externalId);
    }
    const split = this.splitOf(row, plan);
    if (split === null) {
      const reason = 'Expected pool, train, validation or test.';
      return problem(row.line, 'split', reason, String(cellOf(row, plan, 'split')));
    }
    const answer = this.answerOf(row, plan);
    if (!answer.ok) return problem(row.line, answer.field, answer.reason);
    const content = this.contentOf(row, plan);
    if ('kind' in content) return content;
    const payload = JSON.stringify(content.payload);
    const base = { line: row.line, externalId, split, answer: answer.answer, payload };
    if (row.picture) return { ...base, contentHash: null, picture: row.picture };
    return { ...base, contentHash: hashContent(content.payload), picture: null };
  }

  /**
   * Columns that fit nobody end the import on its first row; later on they only refuse their row.
   */
  private findPlan(row: SourceRow): RolePlan | RowProblem {
    const isFirst = this.plan === null;
    try {
      return this.planFor(row);
    } catch (error) {
      if (isFirst || !(error instanceof UnreadableSourceError)) throw error;
      return problem(row.line, null, error.message);
    }
  }

  private planFor(row: SourceRow): RolePlan {
    if (this.context.options.kind !== 'jsonl' && this.plan) return this.plan;
    const columns = Object.keys(row.cells);
    // Objects of a JSONL file may differ in their keys; each set of keys is planned once.
    const memory = columns.join('\u0000');
    const known = this.roleMemory.get(memory);
    if (known) return known;
    const plan = row.picture ? this.picturePlan(columns) : planRoles(columns, this.context);
    if (this.remembered + columns.length <= REMEMBERED_COLUMNS) {
      this.roleMemory.set(memory, plan);
      this.remembered += columns.length;
    }
    if (this.plan === null) {
      this.plan = plan;
      this.payloadWidth = [...plan.roles.values()].filter((role) => inPayload.has(role)).length;
      this.features = [...plan.roles]
        .filter(([, role]) => role === 'feature')
        .map(([name]) => name);
    }
    return plan;
  }

  private picturePlan(columns: readonly string[]): RolePlan {
    const field = this.context.labelSchema.fields[0]!.name;
    const take = this.context.options.takeAnswers;
    return {
      roles: new Map(columns.map((column) => [column, take ? 'answer' : 'ignored'])),
      answerFields: take ? new Map(columns.map((column) => [column, field])) : new Map(),
    };
  }

  private externalIdOf(row: SourceRow, plan: RolePlan): string {
    const cell = cellOf(row, plan, 'external-id');
    if (cell !== null) return String(cell);
    return row.name ?? this.rowName(row.line);
  }

  private splitOf(row: SourceRow, plan: RolePlan): Split | null {
    const cell = cellOf(row, plan, 'split');
    if (cell !== null) return splitNamed(String(cell));
    const folders = row.name?.split('/').slice(0, -1) ?? [];
    const named = folders.map(splitNamed).find((split) => split !== null);
    return named ?? this.context.options.split;
  }

  private answerOf(row: SourceRow, plan: RolePlan) {
    const { labelSchema, options } = this.context;
    if (!options.takeAnswers) return { ok: true, answer: null } as const;
    if (row.name !== undefined) {
      const folder = folderAnswer(row.name, this.context);
      return { ok: true, answer: folder } as const;
    }
    const cells = [...plan.answerFields].map(([column, field]) => ({
      field,
      column,
      value: row.cells[column] ?? null,
    }));
    return readAnswer(labelSchema, cells);
  }

  private contentOf(
    row: SourceRow,
    plan: RolePlan,
  ): { payload: Record<string, Cell> } | RowProblem {
    const { itemKind } = this.context;
    if (row.picture) {
      if (itemKind === 'image') return { payload: {} };
      return problem(row.line, null, `This project takes ${itemKind} items, not pictures.`);
    }
    if (itemKind === 'image') {
      const reason = 'This project takes pictures. Bring them as a zip or as IDX.';
      return problem(row.line, null, reason);
    }
    const payload: Record<string, Cell> = {};
    for (const [column, role] of plan.roles) {
      const value = row.cells[column] ?? null;
      if (role === 'shown') payload[column] = value;
      else if (role === 'feature') payload[column] = featureCell(value);
      else if (role === 'text') {
        const text = value === null ? '' : String(value);
        if (text.trim() === '') return problem(row.line, column, 'The text is empty.');
        if (text.length > MAX_TEXT_LENGTH) {
          const reason = `Expected at most ${MAX_TEXT_LENGTH} characters, got ${text.length}.`;
          return problem(row.line, column, reason, text);
        }
        payload.text = text;
      }
    }
    return this.featureProblem(row, payload) ?? { payload };
  }

  private featureProblem(row: SourceRow, payload: Record<string, Cell>): RowProblem | null {
    const { itemKind } = this.context;
    if (itemKind === 'table') {
      const filled = this.features.some((column) => (payload[column] ?? null) !== null);
      return filled ? null : problem(row.line, null, 'All features of the row are empty.');
    }
    if (itemKind !== 'vector') return null;
    const extra = Object.keys(payload).length - this.payloadWidth;
    if (extra > 0)
      return problem(row.line, null, `The row has ${extra} values more than the first.`);
    for (const column of this.features) {
      const value = payload[column] ?? null;
      if (typeof value === 'number' && Number.isFinite(value)) continue;
      const got = value === null ? null : String(value);
      return problem(row.line, column, `Expected a number, got ${got ?? 'nothing'}.`, got);
    }
    return null;
  }
}

/** The same values in another order of the columns are the same content. */
function hashContent(payload: Readonly<Record<string, Cell>>): Buffer {
  const inOrder = Object.fromEntries(
    Object.entries(payload).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
  );
  return createHash('sha256').update(JSON.stringify(inOrder)).digest();
}

function cellOf(row: SourceRow, plan: RolePlan, role: string): Cell {
  for (const [column, found] of plan.roles) {
    if (found === role) return row.cells[column] ?? null;
  }
  return null;
}

function featureCell(value: Cell): Cell {
  if (typeof value !== 'string') return value;
  if (MISSING.has(value.toLowerCase())) return null;
  return NUMBER.test(value) ? Number(value) : value;
}

/** Pictures sorted into folders by their answer carry it in their path. */
function folderAnswer(name: string, { labelSchema }: RoleContext): Answer | null {
  const field = labelSchema.fields[0];
  if (field?.kind !== 'choice') return null;
  const folders = name.split('/').slice(0, -1).reverse();
  const choice = folders
    .map((folder) => field.choices.find((c) => c.value === folder || c.title === folder))
    .find((found) => found !== undefined);
  return choice ? { [field.name]: choice.value } : null;
}
