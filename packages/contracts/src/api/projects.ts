import { z } from 'zod';
import { FeatureSetId, ImportId, ItemId, ProjectId, RoundId, WorkspaceId } from '../ids.js';
import { AcquisitionPatch, AcquisitionSpec } from '../project/acquisition-spec.js';
import { Answer, LabelSchema } from '../project/label-schema.js';
import { ModelSpec } from '../project/model-spec.js';
import { Featuriser, ItemKind, Policies, PoliciesPatch } from '../project/policies.js';
import { Instant, PageQuery, page } from './common.js';
import { endpoint } from './endpoint.js';

export const project = z.object({ projectId: ProjectId });

/** The state of a project in one word, for lists. */
export const ProjectState = z.enum([
  'empty',
  'importing',
  'waiting-for-labels',
  'round-running',
  'round-failed',
  'stop-rule-met',
  'ready',
]);

export const ProjectSummary = z.object({
  id: ProjectId,
  workspaceId: WorkspaceId,
  name: z.string(),
  itemKind: ItemKind,
  labelSchema: LabelSchema,
  state: ProjectState,
  itemCount: z.int(),
  labelCount: z.int(),
  /** Labels still to come before the next round starts by itself; null when that trigger is off. */
  labelsUntilRound: z.int().nullable(),
  runningRound: z.int().nullable(),
  readyRound: z.int().nullable(),
  curve: z.array(z.object({ labels: z.int(), metric: z.number() })),
  metricName: z.enum(['accuracy', 'rmse']),
  epistemicMean: z.number().nullable(),
  aleatoricMean: z.number().nullable(),
  lastLabelAt: Instant.nullable(),
});
export type ProjectSummary = z.infer<typeof ProjectSummary>;

export const Project = ProjectSummary.extend({
  description: z.string(),
  featuriser: Featuriser,
  modelSpec: ModelSpec,
  acquisition: AcquisitionSpec,
  policies: Policies,
  counts: z.object({
    pool: z.int(),
    labelled: z.int(),
    validation: z.int(),
    test: z.int(),
    withdrawn: z.int(),
    control: z.int(),
  }),
  annotators: z.int(),
  /** Whether a demo annotator can answer, because the true answers came with the demo. */
  demo: z.boolean(),
  verdict: z.object({
    headline: z.string(),
    reason: z.string(),
    rule: z.enum([
      'target',
      'doubt',
      'budget',
      'overall-doubt',
      'flat-curve',
      'stable-answers',
      'none',
    ]),
    met: z.boolean(),
  }),
  createdAt: Instant,
  version: z.int(),
});
export type Project = z.infer<typeof Project>;

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

export const Item = z.object({
  id: ItemId,
  externalId: z.string(),
  ordinal: z.int(),
  kind: ItemKind,
  split: z.enum(['pool', 'validation', 'test']),
  state: z.enum(['pool', 'labelled', 'withdrawn']),
  /** What is shown: columns of a table row, the text, or nothing for a plain image. */
  payload: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  imageUrl: z.string().nullable(),
  label: Answer.nullable(),
  createdAt: Instant,
});
export type Item = z.infer<typeof Item>;

export const projectEndpoints = {
  list: endpoint({
    id: 'projects.list',
    method: 'GET',
    path: '/workspaces/:workspaceId/projects',
    summary: 'Projects of a workspace, newest activity first.',
    access: 'project.read',
    scope: 'workspace',
    params: z.object({ workspaceId: WorkspaceId }),
    query: PageQuery,
    response: page(ProjectSummary),
  }),
  create: endpoint({
    id: 'projects.create',
    method: 'POST',
    path: '/workspaces/:workspaceId/projects',
    summary: 'Make a project; model, acquisition and policies have defaults.',
    access: 'project.create',
    scope: 'workspace',
    params: z.object({ workspaceId: WorkspaceId }),
    body: z.object({
      name: z.string().trim().min(1).max(120),
      description: z.string().max(2000).default(''),
      itemKind: ItemKind,
      labelSchema: LabelSchema,
      featuriser: Featuriser.optional(),
      modelSpec: ModelSpec.optional(),
      acquisition: AcquisitionPatch.optional(),
      policies: PoliciesPatch.optional(),
    }),
    response: Project,
    status: 201,
    idempotent: true,
  }),
  get: endpoint({
    id: 'projects.get',
    method: 'GET',
    path: '/projects/:projectId',
    summary: 'One project with its settings, counts and verdict.',
    access: 'project.read',
    scope: 'project',
    params: project,
    response: Project,
  }),
  update: endpoint({
    id: 'projects.update',
    method: 'PATCH',
    path: '/projects/:projectId',
    summary: 'Change settings; takes If-Match with the version read.',
    access: 'project.update',
    scope: 'project',
    params: project,
    body: z
      .object({
        name: z.string().trim().min(1).max(120),
        description: z.string().max(2000),
        labelSchema: LabelSchema,
        modelSpec: ModelSpec,
        acquisition: AcquisitionPatch,
        policies: PoliciesPatch,
      })
      .partial(),
    response: Project,
  }),
  remove: endpoint({
    id: 'projects.remove',
    method: 'DELETE',
    path: '/projects/:projectId',
    summary: 'Delete a project with everything in it.',
    access: 'project.delete',
    scope: 'project',
    params: project,
    status: 204,
  }),
  events: endpoint({
    id: 'projects.events',
    method: 'GET',
    path: '/projects/:projectId/events',
    summary: 'Live events; resumes after Last-Event-ID.',
    access: 'project.read',
    scope: 'project',
    params: project,
    responseType: 'text/event-stream',
  }),
};

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
  }),
  create: endpoint({
    id: 'imports.create',
    method: 'POST',
    path: '/projects/:projectId/imports',
    summary: 'Announce an import; then upload its bytes.',
    access: 'import.create',
    scope: 'project',
    params: project,
    body: z.object({ fileName: z.string().trim().min(1).max(255), options: ImportOptions }),
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

export const itemEndpoints = {
  list: endpoint({
    id: 'items.list',
    method: 'GET',
    path: '/projects/:projectId/items',
    summary: 'Items by import order.',
    access: 'item.read',
    scope: 'project',
    params: project,
    query: PageQuery.extend({
      split: z.enum(['pool', 'validation', 'test']).optional(),
      state: z.enum(['pool', 'labelled', 'withdrawn']).optional(),
      externalId: z.string().max(255).optional(),
    }),
    response: page(Item),
  }),
  get: endpoint({
    id: 'items.get',
    method: 'GET',
    path: '/projects/:projectId/items/:itemId',
    summary: 'One item.',
    access: 'item.read',
    scope: 'project',
    params: project.extend({ itemId: ItemId }),
    response: Item,
  }),
  image: endpoint({
    id: 'items.image',
    method: 'GET',
    path: '/projects/:projectId/items/:itemId/image',
    summary: 'The picture of an item as re-encoded PNG, from a sandboxed answer.',
    access: 'queue.lease',
    scope: 'project',
    params: project.extend({ itemId: ItemId }),
    responseType: 'application/octet-stream',
  }),
  withdraw: endpoint({
    id: 'items.withdraw',
    method: 'POST',
    path: '/projects/:projectId/items/:itemId/withdraw',
    summary: 'Take an item out of the pool; its annotations are kept.',
    access: 'item.update',
    scope: 'project',
    params: project.extend({ itemId: ItemId }),
    body: z.object({ reason: z.string().trim().min(1).max(300) }),
    response: Item,
    repeatable: true,
  }),
};

export const FeatureSetRef = z.object({ id: FeatureSetId, generation: z.int() });
export const RoundRef = z.object({ id: RoundId, number: z.int() });
