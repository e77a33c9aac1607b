export type { BitWidth } from './compression/bit-widths.js';
export {
  type BeforeAfter,
  type CompressedLayer,
  type CompressedPosterior,
  compressPosterior,
  meanPosterior,
} from './compression/compress.js';
export { isCompressible, type PrunedLayer, type PruneOptions } from './compression/prune.js';
export type { Engine, Program, Tensors } from './engine/engine.js';
export type { Device } from './engine/onnx/device.js';
export { createOnnxEngine, type OnnxEngineOptions } from './engine/onnx/engine.js';
export { createReferenceEngine } from './engine/reference/engine.js';
export type { TensorflowBackend } from './engine/tensorflow/backend.js';
export {
  createTensorflowEngine,
  type TensorflowEngine,
  type TensorflowEngineOptions,
} from './engine/tensorflow/engine.js';
export { type ExportOptions, exportPredictiveOnnx, predictiveGraph } from './io/onnx-export.js';
export type { KernelKind } from './kernel/kernel.js';
export {
  fitKernelSoftmax,
  type KernelSoftmax,
  type KernelSoftmaxRequest,
  predictKernelSoftmax,
} from './kernel/kernel-softmax.js';
export { type PoolScaling, poolScaling, type ScalingKind } from './kernel/pool-scaling.js';
export { type Rows as KernelRows, takeRows as takeKernelRows } from './kernel/rows.js';
export { completeSpec } from './nn/complete-spec.js';
export type {
  ConcreteDropoutSpec,
  GroupSpec,
  LaplaceSpec,
  MeanFieldSpec,
  PartialPosteriorSpec,
  PenaltySpec,
  PriorSpec,
  SwagSpec,
} from './nn/posterior-spec.js';
export type {
  ChoicesOutputSpec,
  ClassOutputSpec,
  FieldSpec,
  LayerSpec,
  ModelSpec,
  NetworkSpec,
  NumberOutputSpec,
  OptimiserSpec,
  OutputSpec,
  PartialModelSpec,
  PosteriorSpec,
  PresetName,
  SingleOutputSpec,
} from './nn/spec.js';
export {
  pooledScale,
  type SingleTargets,
  type TargetScale,
  type Targets,
} from './nn/targets.js';
export { type FitPartitionOptions, fitPartition } from './partitioned/fit-partition.js';
export { type FitPartitionedOptions, fitPartitioned } from './partitioned/fit-partitioned.js';
export { judgeRound } from './partitioned/judge-round.js';
export { type PartitionTask, partitionTask } from './partitioned/partition-task.js';
export {
  beginPartitioned,
  type PartitionedOptions,
  type PartitionedState,
  partitionedPosterior,
} from './partitioned/state.js';
export {
  loadPartitioned,
  loadPartitionTask,
  savePartitioned,
  savePartitionTask,
} from './partitioned/stored.js';
export { defaultDamping, type SiteUpdate, updateSites } from './partitioned/update-sites.js';
export {
  type DropoutScale,
  precisionFromWeightDecay,
  weightDecayFromPrecision,
} from './posterior/dropout-precision.js';
export { type DropoutRate, dropoutRates } from './posterior/dropout-rates.js';
export type { DescriptionLength, FittedPosterior } from './posterior/fitted.js';
export { loadPosterior } from './posterior/load.js';
export { lastLayerFeatures } from './predict/last-layer-features.js';
export {
  type LastLayerPredictive,
  type LastLayerPredictiveOptions,
  lastLayerPredictive,
} from './predict/last-layer-predictive.js';
export { PREDICT_METHODS, type PredictMethod } from './predict/method.js';
export {
  createMomentPredictor,
  type MomentPredictor,
  type MomentPredictorOptions,
  momentProblem,
} from './predict/moment-propagation/moment-predictor.js';
export {
  createPredictor,
  type PredictOptions,
  type Predictor,
  type PredictorOptions,
} from './predict/predictor.js';
export * from './pure.js';
export { combineEnsemble, type FitOptions, fitPosterior } from './train/fit.js';
export type { TrainingProgress } from './train/history.js';
