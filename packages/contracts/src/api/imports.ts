import { z } from 'zod';
import { ImportId, WorkspaceId } from '../ids.js';
import { ItemKind } from '../project/policies.js';
import { Instant, PageQuery, page } from './common.js';
import { endpoint } from './endpoint.js';
import { project } from './projects.js';
import { shownName } from './shown-name.js';

export const ImportKind = z.enum(['csv', 'jsonl', 'idx', 'zip']);
export const ImportState = z.enum([
  'uploading',
  'queued',
  'running',
  'done',
  'failed',
  'cancelled',
]);
/** What a column or key of the source is for. */
export const ColumnRole = z.enum([
  'external-id',
  'feature',
  'text',
  'image',
  'answer',
  'split',
  'shown',
  'ignored',
]);
export const ImportOptions = z.object({
  kind: ImportKind,
  /** csv: taken from the header when absent. Column name -> role. */
  columns: z.record(z.string(), ColumnRole).optional(),
  delimiter: z.string().length(1).optional(),
  /** csv without a header line: columns are named column1, column2, … */
  header: z.boolean().default(true),
  /** Where rows without a split of their own go. */
  split: z.enum(['pool', 'validation', 'test']).default('pool'),
  /** Take known answers into the project as labels. */
  takeAnswers: z.boolean().default(true),
  /** idx: the upload holds labels in a second file. */
  labelsUpload: z.string().optional(),
});
export type ImportOptions = z.infer<typeof ImportOptions>;

export const Import = z.object({
  id: ImportId,
  state: ImportState,
  fileName: z.string(),
  options: ImportOptions,
  bytesTotal: z.int().nullable(),
  bytesDone: z.int(),
  rowsRead: z.int(),
  rowsAdded: z.int(),
  rowsDuplicate: z.int(),
  rowsBad: z.int(),
  error: z.string().nullable(),
  createdAt: Instant,
  finishedAt: Instant.nullable(),
});
export type Import = z.infer<typeof Import>;

export const ImportProblem = z.object({
  line: z.int(),
  field: z.string().nullable(),
  reason: z.string(),
  sample: z.string().nullable(),
});
export type ImportProblem = z.infer<typeof ImportProblem>;

export const importEndpoints = {
  preview: endpoint({
    id: 'imports.preview',
    method: 'POST',
    path: '/workspaces/:workspaceId/import-previews',
    summary: 'Read the head of a CSV or JSONL file (up to 256 kB) and guess what its columns are.',
    access: 'import.create',
    scope: 'workspace',
    params: z.object({ workspaceId: WorkspaceId }),
    body: z.object({
      kind: z.enum(['csv', 'jsonl']),
      head: z.string().min(1).max(262_144),
      delimiter: z.string().length(1).optional(),
      header: z.boolean().optional(),
    }),
    response: z.object({
      delimiter: z.string().nullable(),
      header: z.boolean(),
      rows: z.int(),
      columns: z.array(
        z.object({
          name: z.string(),
          samples: z.array(z.string()),
          role: ColumnRole,
          kind: z.enum(['number', 'text', 'category', 'date', 'empty']),
          unique: z.boolean(),
          emptyShare: z.number(),
          distinct: z.array(z.string()),
        }),
      ),
      itemKind: ItemKind,
      preview: z.array(z.record(z.string(), z.string())),
    }),
    repeatable: true,
    refuses: ['import.unreadable'],
  }),
  create: endpoint({
    id: 'imports.create',
    method: 'POST',
    path: '/projects/:projectId/imports',
    summary: 'Announce an import; then upload its bytes.',
    access: 'import.create',
    scope: 'project',
    params: project,
    body: z.object({ fileName: shownName(255), options: ImportOptions }),
    response: Import,
    status: 201,
    idempotent: true,
  }),
  upload: endpoint({
    id: 'imports.upload',
    method: 'PUT',
    path: '/projects/:projectId/imports/:importId/content',
    summary: 'Stream the bytes of an import; it starts when they have all arrived.',
    access: 'import.create',
    scope: 'project',
    params: project.extend({ importId: ImportId }),
    query: z.object({ part: z.enum(['items', 'labels']).default('items') }),
    bodyType: 'application/octet-stream',
    response: Import,
    status: 202,
    refuses: ['import.running'],
  }),
  list: endpoint({
    id: 'imports.list',
    method: 'GET',
    path: '/projects/:projectId/imports',
    summary: 'Imports of a project, newest first.',
    access: 'import.read',
    scope: 'project',
    params: project,
    query: PageQuery,
    response: page(Import),
  }),
  get: endpoint({
    id: 'imports.get',
    method: 'GET',
    path: '/projects/:projectId/imports/:importId',
    summary: 'Progress and counts of one import.',
    access: 'import.read',
    scope: 'project',
    params: project.extend({ importId: ImportId }),
    response: Import,
  }),
  problems: endpoint({
    id: 'imports.problems',
    method: 'GET',
    path: '/projects/:projectId/imports/:importId/problems',
    summary: 'Rows that were not taken, by line, with the reason.',
    access: 'import.read',
    scope: 'project',
    params: project.extend({ importId: ImportId }),
    query: PageQuery,
    response: page(ImportProblem),
  }),
};
