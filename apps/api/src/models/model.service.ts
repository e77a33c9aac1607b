import type { Readable } from 'node:stream';
import { AppError, type Model, type ModelCompression, ModelId } from '@dubio/contracts';
import { oneOfWords, posteriorsThat } from '@dubio/contracts/catalogue';
import { type ObjectStore, publishEvent } from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { AuditRepository } from '../audit/audit.repository.js';
import type { Actor, Place } from '../frame/call.js';
import { OBJECT_STORE } from '../frame/tokens.js';
import { toCompression, toModel } from './model.mapper.js';
import type { ModelRow } from './model.repository.js';
import { ModelRepository } from './model.repository.js';

export type Artifact = { stream: Readable; sizeBytes: number; fileName: string };

const NOT_COMPRESSED = `This model has no compressed model: choose posterior ${oneOfWords(posteriorsThat('compresses'))}, and a klScale at which something is left.`;

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

  /** @throws AppError resource.not-found */
  async getCompression(projectId: string, modelId: string): Promise<ModelCompression> {
    await this.getRow(projectId, modelId);
    const found = toCompression(await this.repository.findCompression(projectId, modelId));
    if (found === null) throw new AppError('resource.not-found', NOT_COMPRESSED);
    return found;
  }

  /** @throws AppError resource.not-found */
  async openSmall(projectId: string, modelId: string): Promise<Artifact> {
    const { compressedOnnxKey, roundNumber } = await this.getRow(projectId, modelId);
    if (compressedOnnxKey === null) throw new AppError('resource.not-found', NOT_COMPRESSED);
    return this.read(compressedOnnxKey, `round-${roundNumber}-compressed.onnx`);
  }

  /** @throws AppError resource.not-found, model.not-ready */
  async open(projectId: string, modelId: string, kind: 'onnx' | 'safetensors'): Promise<Artifact> {
    const row = await this.getRow(projectId, modelId);
    const key = kind === 'onnx' ? row.onnxKey : row.artifactKey;
    return this.read(key, `round-${row.roundNumber}.${kind}`);
  }

  private async read(key: string | null, fileName: string): Promise<Artifact> {
    const head = key === null ? null : await this.store.head(key);
    if (key === null || head === null)
      throw new AppError('model.not-ready', `The file ${fileName} of this model is not there yet.`);
    return { stream: await this.store.getStream(key), sizeBytes: head.sizeBytes, fileName };
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
