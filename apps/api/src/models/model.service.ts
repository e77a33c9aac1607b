import type { Readable } from 'node:stream';
import { AppError, type Model, ModelId } from '@dubio/contracts';
import { type ObjectStore, publishEvent } from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { AuditRepository } from '../audit/audit.repository.js';
import type { Actor, Place } from '../frame/call.js';
import { OBJECT_STORE } from '../frame/tokens.js';
import { type ModelRow, toModel } from './model.mapper.js';
import { ModelRepository } from './model.repository.js';

export type Artifact = { stream: Readable; sizeBytes: number; fileName: string };

@Injectable()
export class ModelService {
  constructor(
    private readonly repository: ModelRepository,
    private readonly audit: AuditRepository,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
  ) {}

  /** @throws AppError resource.not-found */
  async getRow(projectId: string, modelId: string): Promise<ModelRow> {
    const row = await this.repository.find(projectId, modelId);
    if (row === null) throw new AppError('resource.not-found', 'There is no model of this id.');
    return row;
  }

  async get(projectId: string, modelId: string): Promise<Model> {
    return toModel(await this.getRow(projectId, modelId));
  }

  /** @throws AppError resource.not-found, model.not-ready */
  async open(projectId: string, modelId: string, kind: 'onnx' | 'safetensors'): Promise<Artifact> {
    const row = await this.getRow(projectId, modelId);
    const key = kind === 'onnx' ? row.onnxKey : row.artifactKey;
    const head = key === null ? null : await this.store.head(key);
    if (key === null || head === null) {
      throw new AppError('model.not-ready', `The ${kind} file of this model is not there yet.`);
    }
    return {
      stream: await this.store.getStream(key),
      sizeBytes: head.sizeBytes,
      fileName: `round-${row.roundNumber}.${kind}`,
    };
  }

  async promote(actor: Actor, place: Place, modelId: string): Promise<Model> {
    const projectId = place.projectId ?? '';
    const row = await this.getRow(projectId, modelId);
    if (!row.promoted) {
      await this.repository.transaction(async (tx) => {
        await this.repository.promote(tx, projectId, modelId);
        await this.audit.add(tx, actor, place, {
          action: 'model.promote',
          subject: modelId,
          details: { round: row.roundNumber },
        });
        await publishEvent(tx, projectId, {
          type: 'model.ready',
          modelId: ModelId.parse(modelId),
          roundNumber: row.roundNumber,
        });
      });
    }
    return this.get(projectId, modelId);
  }
}
