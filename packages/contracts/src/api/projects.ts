import { z } from 'zod';
import { ProjectId, WorkspaceId } from '../ids.js';
import { AcquisitionPatch, AcquisitionSpec } from '../project/acquisition-spec.js';
import { LabelSchema } from '../project/label-schema.js';
import { ModelSpec } from '../project/model-spec.js';
import { Featuriser, ItemKind, Policies, PoliciesPatch } from '../project/policies.js';
import { Instant, PageQuery, page } from './common.js';
import { endpoint } from './endpoint.js';
import { NewLabelSchema, shownName } from './shown-name.js';

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
    /** Of the pool, those that somebody skipped. */
    skipped: z.int(),
  }),
  annotators: z.int(),
  /** Whether a demo annotator can answer, because the true answers came with the demo. */
  demo: z.boolean(),
  verdict: z.object({
    headline: z.string(),
    reason: z.string(),
    rule: z.enum([
      'target',
      'epistemic-uncertainty',
      'budget',
      'total-uncertainty',
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
      name: shownName(120),
      description: z.string().max(2000).default(''),
      itemKind: ItemKind,
      labelSchema: NewLabelSchema,
      featuriser: Featuriser.optional(),
      modelSpec: ModelSpec.optional(),
      acquisition: AcquisitionPatch.optional(),
      policies: PoliciesPatch.optional(),
    }),
    response: Project,
    status: 201,
    idempotent: true,
    refuses: ['project.rule-without-chance', 'project.no-active-test', 'model.compressed-refused'],
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
        name: shownName(120),
        description: z.string().max(2000),
        labelSchema: NewLabelSchema,
        modelSpec: ModelSpec,
        acquisition: AcquisitionPatch,
        policies: PoliciesPatch,
      })
      .partial(),
    response: Project,
    refuses: [
      'project.rule-without-chance',
      'project.no-active-test',
      'model.compressed-refused',
      'project.not-empty',
      'resource.conflict',
    ],
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
