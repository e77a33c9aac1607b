export {
  type AcquireRequest,
  type Acquisition,
  acquire,
  rankPool,
  selectCandidates,
} from './acquisition/acquire.js';
export {
  type BatchBaldRequest,
  type BatchBaldResult,
  batchBald,
} from './acquisition/batch-bald.js';
export { answerErrors } from './acquisition/diverse/answer-errors.js';
export type { Features, GreedyBatch } from './acquisition/diverse/features.js';
export { standardise } from './acquisition/diverse/standardise.js';
export { typicalClustering } from './acquisition/diverse/typical-clustering.js';
export {
  type DrawChances,
  type DrawChancesRequest,
  drawChances,
  RULES_BY_CHANCE,
} from './acquisition/draw-chances.js';
export { epigOfClasses, epigOfNumbers } from './acquisition/epig.js';
export type {
  AcquisitionOptions,
  Candidates,
  DescribedItems,
  JointEvidence,
} from './acquisition/joint-rules.js';
export type { JointOptions } from './acquisition/joint-state.js';
export { estimateBald, estimateMargin, type ScoreEstimates } from './acquisition/race-estimates.js';
export {
  contenders,
  estimateScores,
  queueContenders,
  RACE_RULES,
  type RaceEstimates,
  type RaceOrder,
} from './acquisition/racing.js';
export {
  ACQUISITION_RULE_NAMES,
  ACQUISITION_RULES,
  type AcquisitionRule,
  type Evidence,
  getRule,
  type RuleDefinition,
  scoreItems,
} from './acquisition/rules.js';
export {
  answerAgreement,
  gainUpperBound,
  type RoundEvidence,
  type StopCode,
  type StopPolicy,
  type StopReason,
  stopReasons,
} from './acquisition/stop-rules.js';
export {
  drawTestItems,
  expectedLoss,
  expectedSquaredError,
  type LossSize,
  type TestDraws,
} from './calibration/active-testing.js';
export {
  type ChoicesMetrics,
  choicesAsClasses,
  choicesMetrics,
  type LabelledChoices,
} from './calibration/choices-metrics.js';
export { type ClassMetrics, classMetrics, type PerClass } from './calibration/class-metrics.js';
export {
  type ConformalFit,
  type ConformalSets,
  conformalIntervalScores,
  conformalSetScores,
  conformalSets,
  fitConformalInterval,
  fitConformalSets,
  setCoverage,
} from './calibration/conformal.js';
export type { LabelledProbs } from './calibration/labelled.js';
export {
  type Draw,
  levelledWeights,
  lureRisk,
  lureWeights,
  lureWeightsOfDraws,
  type RiskEstimate,
  weightedRisk,
} from './calibration/lure.js';
export { mixtureLogLikelihood, type SampledNumbers } from './calibration/mixture-likelihood.js';
export {
  type LabelledNumbers,
  type NumberMetrics,
  numberMetrics,
} from './calibration/number-metrics.js';
export { honestInterval, type Interval, wilsonInterval } from './calibration/proportion.js';
export { rankAuroc } from './calibration/rank-auroc.js';
export {
  adaptiveReliability,
  eceInterval,
  type Reliability,
  type ReliabilityBin,
  reliability,
} from './calibration/reliability.js';
export { type RetentionCurve, retentionCurve } from './calibration/retention.js';
export { applyTemperature, fitTemperature, type Temperature } from './calibration/temperature.js';
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
export { type NumericsDetails, NumericsError } from './errors.js';
export { type ExportOptions, exportPredictiveOnnx, predictiveGraph } from './io/onnx-export.js';
export {
  readSafetensors,
  type SafetensorsData,
  type SafetensorsDtype,
  type SafetensorsFile,
  type SafetensorsTensor,
  writeSafetensors,
} from './io/safetensors.js';
export { completeSpec } from './nn/complete-spec.js';
export type { FeatureMatrix } from './nn/features.js';
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
export { type FitPartitionedOptions, fitPartitioned } from './partitioned/fit-partitioned.js';
export { type FitShardOptions, fitShard } from './partitioned/fit-shard.js';
export { judgeRound } from './partitioned/judge-round.js';
export { type ShardTask, shardTask } from './partitioned/shard-task.js';
export {
  beginPartitioned,
  type PartitionedOptions,
  type PartitionedState,
  partitionedPosterior,
} from './partitioned/state.js';
export {
  loadPartitioned,
  loadShardTask,
  savePartitioned,
  saveShardTask,
} from './partitioned/stored.js';
export { defaultDamping, type SiteUpdate, updateSites } from './partitioned/update-sites.js';
export {
  type DropoutScale,
  precisionFromWeightDecay,
  weightDecayFromPrecision,
} from './posterior/dropout-precision.js';
export { type DropoutRate, dropoutRates } from './posterior/dropout-rates.js';
export type { DescriptionLength, EpochRecord, FittedPosterior } from './posterior/fitted.js';
export { loadPosterior } from './posterior/load.js';
export type { ChoicesMoments } from './predict/choices-accumulator.js';
export { type LastLayerFeatures, lastLayerFeatures } from './predict/last-layer-features.js';
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
  type ClassMoments,
  type ClassSums,
  type FieldsMoments,
  joinClassSums,
  type NumericMoments,
  type PoolMoments,
  type SingleMoments,
} from './predict/moments.js';
export {
  createPredictor,
  type PredictOptions,
  type Predictor,
  type PredictorOptions,
} from './predict/predictor.js';
export { permutation, subset } from './random/choice.js';
export { fillGamma } from './random/gamma.js';
export { fillNormal, normal } from './random/normal.js';
export { Sequence } from './random/sequence.js';
export { type Stream, stream } from './random/stream.js';
export { bernoulli, fillBernoulli, fillUniform, uniform } from './random/uniform.js';
export type { Tensor, TensorData, TensorType } from './tensor.js';
export { combineEnsemble, type FitOptions, fitPosterior } from './train/fit.js';
export type { TrainingProgress } from './train/history.js';
export {
  type ChoicesSums,
  type ChoicesUncertainty,
  choicesUncertainty,
} from './uncertainty/choices-uncertainty.js';
export {
  type ClassUncertainty,
  classUncertainty,
} from './uncertainty/class-uncertainty.js';
export {
  type FieldDoubt,
  type FieldsUncertainty,
  fieldsUncertainty,
  type SingleUncertainty,
} from './uncertainty/fields-uncertainty.js';
export {
  momentsOfNumberSamples,
  type NumberInformation,
  type NumberMoments,
  type NumberSamples,
  type NumberUncertainty,
  numberInformation,
  numberUncertainty,
} from './uncertainty/number-uncertainty.js';
export { poolUncertainty, type Uncertainty } from './uncertainty/pool-uncertainty.js';
export {
  assertMoments,
  type LogProbs,
  momentsOfLogProbs,
  type PredictiveMoments,
} from './uncertainty/predictive-moments.js';
