import { AppError, LabelSchema, ModelId } from '@dubio/contracts';
import type { ObjectStore } from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { OBJECT_STORE } from '../frame/tokens.js';
import { ModelRepository } from '../models/model.repository.js';
import { ModelService } from '../models/model.service.js';
import { type PredictRow, toFeatures } from './feature-rows.js';
import { toPredictions } from './prediction.mapper.js';
import { Predictor } from './predictor.js';

@Injectable()
export class PredictionService {
  constructor(
    private readonly models: ModelService,
    private readonly repository: ModelRepository,
    private readonly predictor: Predictor,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
  ) {}

  /** @throws AppError resource.not-found, model.not-ready, model.bad-input */
  async predict(projectId: string, modelId: string, rows: readonly PredictRow[]) {
    const model = await this.models.getRow(projectId, modelId);
    const { onnxKey, featureSetId } = model;
    if (onnxKey === null || featureSetId === null) {
      throw new AppError('model.not-ready', 'The predictive file of this model is not there yet.');
    }
    const set = await this.repository.findFeatureSet(projectId, featureSetId);
    if (set === null) throw new AppError('model.not-ready', 'The features of this model are gone.');
    const input = toFeatures(set, rows);
    const outputs = await this.predictor.run(modelId, input, () => this.store.get(onnxKey));
    return {
      modelId: ModelId.parse(modelId),
      roundNumber: model.roundNumber,
      ...toPredictions(outputs, rows.length, LabelSchema.parse(set.labelSchema)),
    };
  }
}
