import { randomInt } from 'node:crypto';
import {
  AppError,
  type api,
  ModelSpec,
  Policies,
  type Project,
  type ProjectSummary,
} from '@dubio/contracts';
import { defaultFeaturiser } from '@dubio/contracts/catalogue';
import { applyOverlap } from '@dubio/labelling';
import { newId, type ObjectStore, publishEvent, type Queryable } from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { AuditRepository } from '../audit/audit.repository.js';
import type { Actor, EndpointCall, Place } from '../frame/call.js';
import { toPage } from '../frame/cursor.js';
import { OBJECT_STORE } from '../frame/tokens.js';
import { toCompressedModel } from '../models/model.mapper.js';
import { ModelRepository } from '../models/model.repository.js';
import { toProject, toProjectSummary } from './project.mapper.js';
import { ProjectRepository, type ProjectRow } from './project.repository.js';
import {
  changeAcquisition,
  checkSettings,
  defaultAcquisition,
  keepsAnswers,
} from './project-defaults.js';

type CreateBody = EndpointCall<typeof api.projects.create>['body'];
type UpdateBody = EndpointCall<typeof api.projects.update>['body'];

const NO_MODEL = 'There is no model in use yet whose compressed model was judged.';

const compressedModelRefused = (reason: string): AppError =>
  new AppError('model.compressed-refused', reason, {
    fields: [
      {
        field: 'body.policies.useCompressedModel',
        expected: 'false until the compressed model of the model in use may stand for it',
        got: 'true',
      },
    ],
  });

const MAX_SEED = 2_147_483_647;

@Injectable()
export class ProjectService {
  constructor(
    private readonly repository: ProjectRepository,
    private readonly models: ModelRepository,
    private readonly audit: AuditRepository,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
  ) {}

  async list(
    workspaceId: string,
    page: { before: readonly [string, string] | null; limit: number },
  ): Promise<{ items: ProjectSummary[]; nextCursor: string | null }> {
    const rows = await this.repository.list(workspaceId, page);
    return toPage(rows, page.limit, {
      show: toProjectSummary,
      cursor: (row) => [row.activeAt.toISOString(), row.id],
    });
  }

  async get(projectId: string): Promise<Project> {
    const row = await this.getRow(projectId);
    const [counts, annotators] = await Promise.all([
      this.repository.countItems(projectId),
      this.repository.countAnnotators(row.workspaceId, projectId),
    ]);
    return toProject(row, counts, annotators);
  }

  async create(actor: Actor, place: Place, body: CreateBody): Promise<Project> {
    const project = {
      id: newId(),
      workspaceId: place.workspaceId,
      name: body.name,
      description: body.description,
      itemKind: body.itemKind,
      labelSchema: body.labelSchema,
      featuriser: body.featuriser ?? defaultFeaturiser(body.itemKind),
      modelSpec: body.modelSpec ?? ModelSpec.parse({}),
      acquisition: changeAcquisition(defaultAcquisition(body.labelSchema), body.acquisition),
      policies: Policies.parse(body.policies ?? {}),
      seed: randomInt(MAX_SEED),
    };
    checkSettings(project);
    if (project.policies.useCompressedModel) throw compressedModelRefused(NO_MODEL);
    await this.repository.transaction(async (tx) => {
      await this.repository.insert(tx, project);
      await this.audit.add(
        tx,
        actor,
        { ...place, projectId: project.id },
        { action: 'project.create', subject: project.id, details: { name: project.name } },
      );
    });
    return this.get(project.id);
  }

  async update(
    actor: Actor,
    place: Place,
    change: { body: UpdateBody; ifMatch: number | null },
  ): Promise<Project> {
    const projectId = place.projectId ?? '';
    const before = await this.getRow(projectId);
    const { body } = change;
    if (change.ifMatch !== null && change.ifMatch !== before.version) {
      throw this.changedMeanwhile(change.ifMatch, before.version);
    }
    const settings = {
      name: body.name ?? before.name,
      description: body.description ?? before.description,
      labelSchema: body.labelSchema ?? before.labelSchema,
      modelSpec: body.modelSpec ?? before.modelSpec,
      acquisition: changeAcquisition(before.acquisition, body.acquisition),
      policies: Policies.parse({ ...before.policies, ...body.policies }),
    };
    if (before.items > 0 && !keepsAnswers(before.labelSchema, settings.labelSchema)) {
      throw new AppError(
        'project.not-empty',
        'Fields and their choices stay as they are once there are items; choices can be added at the end.',
      );
    }
    checkSettings({ ...before, ...settings });
    if (settings.policies.useCompressedModel && !before.policies.useCompressedModel)
      await this.checkCompressedModel(projectId);
    await this.repository.transaction(async (tx) => {
      const at = { projectId, version: before.version };
      if (!(await this.repository.update(tx, at, settings))) {
        throw this.changedMeanwhile(before.version, before.version + 1);
      }
      if (settings.policies.overlap !== before.policies.overlap) await applyOverlap(tx, projectId);
      await this.audit.add(tx, actor, place, {
        action: 'project.update',
        subject: projectId,
        details: { changed: Object.keys(body) },
      });
      await publishEvent(tx, projectId, { type: 'project.changed' });
    });
    return this.get(projectId);
  }

  async remove(actor: Actor, place: Place): Promise<void> {
    const projectId = place.projectId ?? '';
    const { name } = await this.getRow(projectId);
    const remove = async (tx: Queryable) => {
      await this.repository.delete(tx, projectId);
      await this.audit.add(tx, actor, place, {
        action: 'project.delete',
        subject: projectId,
        details: { name },
      });
    };
    await this.repository.transaction(remove, { patient: true });
    for await (const key of this.store.list(`projects/${projectId}/`)) await this.store.delete(key);
  }

  /** @throws AppError model.compressed-refused unless that of the model in use may stand for it */
  private async checkCompressedModel(projectId: string): Promise<void> {
    const model = await this.models.findPromoted(projectId);
    if (model === null) throw compressedModelRefused(NO_MODEL);
    const { usable, reason } = toCompressedModel(model);
    if (!usable) throw compressedModelRefused(`Round ${model.roundNumber}: ${reason}`);
  }

  private async getRow(projectId: string): Promise<ProjectRow> {
    const row = await this.repository.find(projectId);
    if (row === null) throw new AppError('resource.not-found', `No project ${projectId} here.`);
    return row;
  }

  private changedMeanwhile(read: number, now: number): AppError {
    return new AppError(
      'resource.conflict',
      `The settings are at version ${now}, you read version ${read}. Load them again.`,
    );
  }
}
