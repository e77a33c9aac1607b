import { AppError, LabelSchema, ModelId, type PredictMode } from '@dubio/contracts';
import type { ObjectStore } from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { OBJECT_STORE } from '../frame/tokens.js';
import type { ModelRow } from '../models/model.mapper.js';
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

  /** @throws AppError resource.not-found, model.not-ready, model.no-fast, model.bad-input */
  async predict(
    projectId: string,
    modelId: string,
    { rows, mode }: { rows: readonly PredictRow[]; mode: PredictMode },
  ) {
    const model = await this.models.getRow(projectId, modelId);
    const { featureSetId } = model;
    const key = predictiveKey(model, mode);
    if (featureSetId === null)
      throw new AppError('model.not-ready', 'The features of this model are not there yet.');
    const set = await this.repository.findFeatureSet(projectId, featureSetId);
    if (set === null) throw new AppError('model.not-ready', 'The features of this model are gone.');
    const input = toFeatures(set, rows);
    const outputs = await this.predictor.run(key, input, () => this.store.get(key));
    return {
      modelId: ModelId.parse(modelId),
      roundNumber: model.roundNumber,
      mode,
      ...toPredictions(outputs, rows.length, LabelSchema.parse(set.labelSchema)),
    };
  }
}

/** Where the file that predicts in this mode lies. @throws AppError model.not-ready, model.no-fast */
function predictiveKey({ onnxKey, fastOnnxKey, fastProblem }: ModelRow, mode: PredictMode): string {
  if (onnxKey === null)
    throw new AppError('model.not-ready', 'The predictive file of this model is not there yet.');
  if (mode === 'exact') return onnxKey;
  if (fastOnnxKey !== null) return fastOnnxKey;
  const reason =
    fastProblem ??
    'this model was trained before there were fast predictions; start a round, or ask for exact ones';
  throw new AppError('model.no-fast', `No fast predictions: ${reason}.`, {
    fields: [{ field: 'body.mode', expected: 'exact for this model', got: 'fast' }],
  });
}
