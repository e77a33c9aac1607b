import {
  AppError,
  ConformalScores,
  chooseNetwork,
  LabelSchema,
  ModelId,
  Policies,
  type PredictMode,
  type SetRequest,
  type UsedNetwork,
} from '@dubio/contracts';
import type { ObjectStore } from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { OBJECT_STORE } from '../frame/tokens.js';
import { toCompressedModel } from '../models/model.mapper.js';
import type { ModelRow } from '../models/model.repository.js';
import { ModelRepository } from '../models/model.repository.js';
import { ModelService } from '../models/model.service.js';
import { type PredictRow, toFeatures } from './feature-rows.js';
import { toPredictions } from './prediction.mapper.js';
import { Predictor } from './predictor.js';
import { setLimits } from './set-limits.js';

@Injectable()
export class PredictionService {
  constructor(
    private readonly models: ModelService,
    private readonly repository: ModelRepository,
    private readonly predictor: Predictor,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
  ) {}

  /**
   * @throws AppError resource.not-found, model.not-ready, model.no-fast, model.no-sets,
   * model.bad-input
   */
  async predict(
    projectId: string,
    modelId: string,
    {
      rows,
      mode,
      sets,
    }: { rows: readonly PredictRow[]; mode: PredictMode; sets?: SetRequest | undefined },
  ) {
    const model = await this.models.getRow(projectId, modelId);
    const { featureSetId } = model;
    if (featureSetId === null)
      throw new AppError('model.not-ready', 'The features of this model are not there yet.');
    const set = await this.repository.findFeatureSet(projectId, featureSetId);
    if (set === null) throw new AppError('model.not-ready', 'The features of this model are gone.');
    const { useCompressedModel } = Policies.parse(set.policies);
    const { network, reason } = chooseNetwork(useCompressedModel, toCompressedModel(model));
    const key = predictiveKey(model, network, mode);
    const schema = LabelSchema.parse(set.labelSchema);
    const limits =
      sets && setLimits(await this.findScores(projectId, modelId, { network, mode }), schema, sets);
    const input = toFeatures(set, rows);
    const outputs = await this.predictor.run(key, input, () => this.store.get(key));
    return {
      modelId: ModelId.parse(modelId),
      roundNumber: model.roundNumber,
      mode,
      network,
      networkReason: reason,
      sets: limits ? [...limits.basis] : null,
      ...toPredictions({ outputs, rows: rows.length }, schema, limits?.byField ?? []),
    };
  }

  private async findScores(
    projectId: string,
    modelId: string,
    by: { readonly network: UsedNetwork; readonly mode: PredictMode },
  ) {
    const stored = await this.repository.findConformal(projectId, modelId, by);
    return ConformalScores.nullable().parse(stored);
  }
}

/**
 * Where the file that predicts in this mode lies. What one pass cannot carry it can carry in
 * neither network, so one reason holds for both.
 * @throws AppError model.not-ready, model.no-fast
 */
function predictiveKey(model: ModelRow, network: UsedNetwork, mode: PredictMode): string {
  const isSmall = network === 'compressed';
  const exact = isSmall ? model.compressedOnnxKey : model.onnxKey;
  const fast = isSmall ? model.compressedFastOnnxKey : model.fastOnnxKey;
  const key = mode === 'exact' ? exact : fast;
  if (key !== null) return key;
  if (mode === 'exact')
    throw new AppError('model.not-ready', 'The predictive file of this model is not there yet.');
  const reason =
    model.fastProblem ??
    'this model was trained before there were fast predictions; start a round, or ask for exact ones';
  throw new AppError('model.no-fast', `No fast predictions: ${reason}.`, {
    fields: [{ field: 'body.mode', expected: 'exact for this model', got: 'fast' }],
  });
}
