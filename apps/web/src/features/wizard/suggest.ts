import { DEFAULT_MODEL } from '@dubio/contracts/catalogue';
import { modelDraft, readModel } from '@/features/settings/drafts/model-draft';
import { projectNameOf } from './source/detect-kind';
import { folderAnswers } from './source/summarise-zip';
import { strings } from './strings';
import type {
  AnswersDraft,
  ImportBody,
  PreviewColumn,
  ProjectBody,
  Roles,
  Source,
} from './wizard-types';

/** As an import reads several choices of one cell, and none of them. */
const CHOICES_APART = '|';
const NONE_CHOSEN = '[]';
const MOST_CLASSES_OF_NUMBERS = 20;
const MOST_GUESSED_ANSWERS = 30;
const LARGEST_SIDE = 32;
const ONCE = ['external-id', 'split', 'text', 'answer'] as const;

const DEFAULT_LEARNING = modelDraft(DEFAULT_MODEL);

/** Few words, and not on every row: that is what answers look like while they are being given. */
function looksLikeAnswers(column: PreviewColumn): boolean {
  const values = column.distinct.filter((value) => value.trim() !== '').length;
  return (
    column.kind === 'category' &&
    column.emptyShare > 0 &&
    values >= 2 &&
    values <= MOST_GUESSED_ANSWERS &&
    (column.role === 'shown' || column.role === 'feature')
  );
}

/** What the columns are as far as names and values tell; people change it. */
export function rolesOf(source: Source): Roles {
  if (source.kind === 'zip') return {};
  const { columns } = source.preview;
  const roles = Object.fromEntries(columns.map((column) => [column.name, column.role]));
  if (Object.values(roles).includes('answer')) return roles;
  const guessed = columns.findLast(looksLikeAnswers);
  return guessed === undefined ? roles : { ...roles, [guessed.name]: 'answer' };
}

export function columnWith(source: Source, roles: Roles, role: string): PreviewColumn | null {
  if (source.kind === 'zip') return null;
  return source.preview.columns.find((column) => roles[column.name] === role) ?? null;
}

/** Why these roles cannot be imported; null when they can. */
export function rolesProblem(source: Source, roles: Roles): string | null {
  if (source.kind === 'zip') return null;
  const given = Object.values(roles);
  for (const role of ONCE) {
    if (given.filter((each) => each === role).length > 1) {
      return strings.columns.twice(strings.columns.roles[role]);
    }
  }
  const hasContent = given.includes('text') || given.includes('feature');
  return hasContent ? null : strings.columns.noContent;
}

/** What an item is: a picture, a text when one column is that, else a row. */
export function itemKindOf(source: Source, roles: Roles): ProjectBody['itemKind'] {
  if (source.kind === 'zip') return 'image';
  if (Object.values(roles).includes('text')) return 'text';
  return source.preview.itemKind === 'vector' ? 'vector' : 'table';
}

/** What the third step begins with: taken from the answers that are in the file already. */
export function suggestAnswers(source: Source, roles: Roles): AnswersDraft {
  const name = projectNameOf(source.file.name);
  const base = {
    name,
    unit: '',
    minimum: '',
    maximum: '',
    takeAnswers: true,
    learning: DEFAULT_LEARNING,
  };
  const column = columnWith(source, roles, 'answer');
  if (column === null) {
    const choices = source.kind === 'zip' ? folderAnswers(source.zip) : [];
    const question = strings.answers.defaultQuestion(null);
    return { ...base, question, kind: 'choice', choices: choices.length > 0 ? choices : ['', ''] };
  }
  const values = column.distinct.filter((value) => value.trim() !== '');
  // The preview lists no values when there are very many.
  const many = values.length > MOST_CLASSES_OF_NUMBERS || values.length === 0;
  if (column.kind === 'number' && many) {
    const question = strings.answers.defaultNumberQuestion(column.name);
    return { ...base, question, kind: 'number', choices: ['', ''] };
  }
  const several = values.some((value) => value.includes(CHOICES_APART));
  const question = several
    ? strings.answers.choicesQuestion
    : strings.answers.defaultQuestion(column.name);
  const sorted = (several ? singleChoices(values) : values).toSorted((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  const choices = sorted.length >= 2 ? sorted : [...sorted, ...['', '']].slice(0, 2);
  return { ...base, question, kind: several ? 'choices' : 'choice', choices };
}

/** The choices that cells such as "dog|cat" are made of. */
function singleChoices(cells: readonly string[]): string[] {
  const parts = cells.filter((cell) => cell.trim() !== NONE_CHOSEN);
  return [...new Set(filled(parts.flatMap((cell) => cell.split(CHOICES_APART))))];
}

/** The name under which answers are stored: the column's, where there is one. */
function fieldName(source: Source, roles: Roles): string {
  return (columnWith(source, roles, 'answer')?.name ?? 'answer').slice(0, 60);
}

function numberOrNothing(text: string): number | undefined {
  return text.trim() === '' ? undefined : Number(text.replace(',', '.'));
}

/** The project as the API wants it. */
export function projectBody(source: Source, roles: Roles, draft: AnswersDraft): ProjectBody {
  const itemKind = itemKindOf(source, roles);
  const minimum = numberOrNothing(draft.minimum);
  const maximum = numberOrNothing(draft.maximum);
  const common = { name: fieldName(source, roles), question: draft.question.trim() };
  const field: ProjectBody['labelSchema']['fields'][number] =
    draft.kind !== 'number'
      ? {
          kind: draft.kind,
          ...common,
          choices: filled(draft.choices).map((value) => ({ value })),
        }
      : {
          kind: 'number',
          ...common,
          ...(draft.unit.trim() === '' ? {} : { unit: draft.unit.trim() }),
          ...(minimum === undefined ? {} : { minimum }),
          ...(maximum === undefined ? {} : { maximum }),
        };
  return {
    name: draft.name.trim(),
    itemKind,
    labelSchema: { fields: [field] },
    ...modelSpecOf(draft),
    ...(source.kind === 'zip' && source.zip.sample !== null
      ? { featuriser: pixelsOf(source.zip.sample) }
      : {}),
  };
}

/** Where something about learning was changed; the server knows the rest. */
function modelSpecOf({ learning, kind }: AnswersDraft): Pick<ProjectBody, 'modelSpec'> {
  const read = readModel(learning, [{ kind }]);
  if (!read.ok || JSON.stringify(read.value) === JSON.stringify(DEFAULT_MODEL)) return {};
  return { modelSpec: read.value };
}

/** Small pictures are learned pixel by pixel; large ones are reduced, keeping their shape. */
export function pixelsOf(sample: { width: number; height: number }): ProjectBody['featuriser'] {
  const scale = Math.min(1, LARGEST_SIDE / Math.max(sample.width, sample.height));
  const side = (pixels: number) => Math.max(1, Math.round(pixels * scale));
  return { kind: 'pixels', width: side(sample.width), height: side(sample.height), channels: 1 };
}

/** The import as the API wants it. */
export function importBody(source: Source, roles: Roles, draft: AnswersDraft): ImportBody {
  const { takeAnswers } = draft;
  if (source.kind === 'zip') {
    return { fileName: source.file.name, options: { kind: 'zip', takeAnswers } };
  }
  const { delimiter, header } = source.preview;
  return {
    fileName: source.file.name,
    options: {
      kind: source.kind,
      columns: { ...roles },
      takeAnswers,
      ...(source.kind === 'csv' && delimiter !== null ? { delimiter } : {}),
      ...(source.kind === 'csv' ? { header } : {}),
    },
  };
}

export function filled(choices: readonly string[]): string[] {
  return choices.map((choice) => choice.trim()).filter((choice) => choice !== '');
}

export type DraftProblems = Partial<
  Record<'name' | 'question' | 'choices' | 'minimum' | 'maximum', string>
> & { learning?: Readonly<Record<string, string>> };

/** What is wrong with the third step, by field. */
export function draftProblems(draft: AnswersDraft): DraftProblems {
  const problems: DraftProblems = {};
  const words = strings.answers;
  if (draft.name.trim() === '') problems.name = words.nameMissing;
  if (draft.question.trim() === '') problems.question = words.questionMissing;
  const { learning, kind } = draft;
  const read = readModel(learning, [{ kind }]);
  if (!read.ok) problems.learning = read.errors;
  if (draft.kind !== 'number') {
    const choices = filled(draft.choices);
    const twice = choices.find((choice, place) => choices.indexOf(choice) !== place);
    if (twice !== undefined) problems.choices = words.twice(twice);
    if (choices.length === 0) problems.choices = words.noneListed;
    if (draft.kind === 'choice' && choices.length < 2) problems.choices = words.tooFew;
    return problems;
  }
  for (const end of ['minimum', 'maximum'] as const) {
    if (Number.isNaN(numberOrNothing(draft[end]) ?? 0)) problems[end] = words.notNumber;
  }
  const low = numberOrNothing(draft.minimum);
  const high = numberOrNothing(draft.maximum);
  if (low !== undefined && high !== undefined && low >= high) problems.maximum = words.order;
  return problems;
}
