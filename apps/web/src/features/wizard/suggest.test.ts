import { describe, expect, it } from 'vitest';
import {
  draftProblems,
  importBody,
  itemKindOf,
  pixelsOf,
  projectBody,
  rolesOf,
  rolesProblem,
  suggestAnswers,
} from './suggest';
import type { AnswersDraft, PreviewColumn, Source } from './wizard-types';

function column(name: string, role: PreviewColumn['role'], rest: Partial<PreviewColumn> = {}) {
  return {
    name,
    role,
    samples: [],
    kind: 'text',
    unique: false,
    emptyShare: 0,
    distinct: [],
    ...rest,
  } satisfies PreviewColumn;
}

function csv(...columns: PreviewColumn[]): Source {
  return {
    kind: 'csv',
    file: new File(['x'], 'support-messages.csv'),
    rows: 10,
    exact: true,
    preview: {
      delimiter: ';',
      header: true,
      rows: 10,
      columns,
      itemKind: 'text',
      preview: [],
    },
  };
}

const messages = csv(
  column('id', 'external-id'),
  column('text', 'text'),
  column('category', 'answer', { kind: 'category', distinct: ['plan', 'billing', ''] }),
);

describe('what the wizard suggests', () => {
  it('takes the answers of a column, its question and the name of the file', () => {
    const draft = suggestAnswers(messages, rolesOf(messages));
    expect(draft.name).toBe('Support messages');
    expect(draft.question).toBe('Which category is it?');
    expect(draft.choices).toEqual(['billing', 'plan']);
  });

  it('asks for a number when the known answers are many numbers', () => {
    // Of more than 50 different values the preview lists none.
    const distinct: string[] = [];
    const wine = csv(
      column('alcohol', 'feature'),
      column('quality', 'answer', { kind: 'number', distinct }),
    );
    expect(suggestAnswers(wine, rolesOf(wine)).kind).toBe('number');
    expect(itemKindOf(wine, rolesOf(wine))).toBe('table');
  });

  it('lets several be chosen where cells hold several', () => {
    const distinct = ['dog|cat', 'dog', 'cow | dog', '[]', ''];
    const rows = csv(
      column('text', 'text'),
      column('animals', 'answer', { kind: 'category', distinct }),
    );
    const draft = suggestAnswers(rows, rolesOf(rows));
    expect(draft).toMatchObject({ kind: 'choices', choices: ['cat', 'cow', 'dog'] });
    expect(draft.question).toBe('Which of these fit?');
    expect(projectBody(rows, rolesOf(rows), draft).labelSchema.fields).toEqual([
      {
        kind: 'choices',
        name: 'animals',
        question: 'Which of these fit?',
        choices: [{ value: 'cat' }, { value: 'cow' }, { value: 'dog' }],
      },
    ]);
  });

  it('leaves two empty places when nothing is known', () => {
    const rows = csv(column('text', 'text'));
    expect(suggestAnswers(rows, rolesOf(rows)).choices).toEqual(['', '']);
  });
});

describe('roles of columns', () => {
  it('take a column of few words with gaps for the answers, when none is named so', () => {
    const gaps = { kind: 'category' as const, emptyShare: 0.7, distinct: ['bug', 'plan'] };
    const full = { kind: 'category' as const, distinct: ['mail', 'app'] };
    const rows = csv(
      column('text', 'text'),
      column('area', 'shown', gaps),
      column('via', 'shown', full),
    );
    expect(rolesOf(rows)).toEqual({ text: 'text', area: 'answer', via: 'shown' });
    expect(rolesOf(messages).category).toBe('answer');
  });

  it('need something to learn from, and each single role once', () => {
    const rows = csv(column('a', 'shown'), column('b', 'shown'));
    expect(rolesProblem(rows, { a: 'shown', b: 'shown' })).toMatch(/nothing to learn/);
    expect(rolesProblem(rows, { a: 'text', b: 'text' })).toMatch(/Two columns/);
    expect(rolesProblem(rows, { a: 'text', b: 'shown' })).toBeNull();
  });
});

describe('what is sent', () => {
  const roles = rolesOf(messages);
  const draft = suggestAnswers(messages, roles);

  it('says how the network learns only where that was changed', () => {
    const roles = rolesOf(messages);
    const draft = suggestAnswers(messages, roles);
    expect(projectBody(messages, roles, draft).modelSpec).toBeUndefined();
    const learning = {
      ...draft.learning,
      'posterior.kind': 'mean-field',
      partitioned: 'on',
      'partitioned.partitions': '6',
      'partitioned.rounds': '3',
      streaming: 'on',
    };
    const apart = { ...draft, learning };
    expect(projectBody(messages, roles, apart).modelSpec).toMatchObject({
      posterior: { kind: 'mean-field' },
      partitioned: { partitions: 6, rounds: 3, damping: null },
      streaming: true,
    });
    const one = { ...learning, 'partitioned.partitions': '1' };
    expect(draftProblems({ ...apart, learning: one }).learning).toEqual({
      'partitioned.partitions': expect.stringMatching(/from 2 to 64/),
    });
    // Another posterior learns in one place.
    const swag = { ...learning, 'posterior.kind': 'swag' };
    expect(projectBody(messages, roles, { ...draft, learning: swag }).modelSpec).toMatchObject({
      posterior: { kind: 'swag' },
      partitioned: null,
      streaming: false,
    });
    const laplace = { ...learning, 'posterior.kind': 'laplace-last-layer' };
    expect(draftProblems({ ...draft, learning: laplace }).learning).toBeUndefined();
    expect(draftProblems({ ...draft, kind: 'choices', learning: laplace }).learning).toEqual({
      'posterior.kind': expect.stringContaining('one choice or one number'),
    });
  });

  it('is a project with the answers in order, without empty ones', () => {
    const body = projectBody(messages, roles, { ...draft, choices: ['billing', ' ', ' plan '] });
    expect(body.itemKind).toBe('text');
    expect(body.labelSchema.fields[0]).toEqual({
      kind: 'choice',
      name: 'category',
      question: 'Which category is it?',
      choices: [{ value: 'billing' }, { value: 'plan' }],
    });
  });

  it('is a number field with only the ends that were given', () => {
    const number: AnswersDraft = { ...draft, kind: 'number', minimum: '0', unit: ' kg ' };
    expect(projectBody(messages, roles, number).labelSchema.fields[0]).toEqual({
      kind: 'number',
      name: 'category',
      question: 'Which category is it?',
      unit: 'kg',
      minimum: 0,
    });
  });

  it('is an import with the columns, the delimiter and the header as previewed', () => {
    expect(importBody(messages, roles, draft).options).toEqual({
      kind: 'csv',
      columns: { id: 'external-id', text: 'text', category: 'answer' },
      takeAnswers: true,
      delimiter: ';',
      header: true,
    });
  });

  it('keeps the shape of large pictures and the pixels of small ones', () => {
    expect(pixelsOf({ width: 28, height: 28 })).toMatchObject({ width: 28, height: 28 });
    expect(pixelsOf({ width: 1280, height: 640 })).toMatchObject({ width: 32, height: 16 });
  });
});

describe('what is wrong with a draft', () => {
  const draft = suggestAnswers(messages, rolesOf(messages));
  it('is said by field', () => {
    expect(draftProblems(draft)).toEqual({});
    expect(draftProblems({ ...draft, name: ' ' }).name).toBeDefined();
    expect(draftProblems({ ...draft, choices: ['a'] }).choices).toMatch(/At least 2/);
    expect(draftProblems({ ...draft, kind: 'choices', choices: ['a'] })).toEqual({});
    expect(draftProblems({ ...draft, kind: 'choices', choices: [''] }).choices).toBeDefined();
    expect(draftProblems({ ...draft, choices: ['a', 'b', 'a'] }).choices).toMatch(/twice/);
    const number: AnswersDraft = { ...draft, kind: 'number' };
    expect(draftProblems({ ...number, minimum: 'x' }).minimum).toBeDefined();
    expect(draftProblems({ ...number, minimum: '5', maximum: '2' }).maximum).toMatch(/below/);
  });
});
