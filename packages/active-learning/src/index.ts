export {
  type AcquireRequest,
  type Acquisition,
  acquire,
  rankPool,
  selectCandidates,
} from './acquisition/acquire.js';
export {
  type AdaptiveOrder,
  contenders,
  estimateScores,
  type PoolEstimates,
  queueContenders,
} from './acquisition/adaptive-sampling.js';
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
} from './acquisition/draw-chances.js';
export { epigOfClasses, epigOfNumbers } from './acquisition/epig.js';
export type {
  AcquisitionOptions,
  Candidates,
  DescribedItems,
  RuleInputs,
} from './acquisition/joint-rules.js';
export type { JointOptions } from './acquisition/joint-state.js';
export {
  getRule,
  type RuleDefinition,
  scoreItems,
} from './acquisition/rules.js';
export {
  estimateBald,
  estimateMargin,
  type ScoreEstimates,
} from './acquisition/score-estimates.js';
export {
  type ActiveTestDraws,
  drawActiveTestItems,
  expectedLoss,
  expectedSquaredError,
  type LossSize,
} from './active-testing/active-testing.js';
export {
  type ExpectedLosses,
  expectedLosses,
  type ModelUnderTest,
  readExpectedLosses,
  writeExpectedLosses,
} from './active-testing/expected-losses.js';
export {
  type Draw,
  lureRisk,
  lureWeights,
  lureWeightsOfDraws,
  lureWeightsOfLabels,
  type RiskEstimate,
  weightedRisk,
} from './active-testing/lure.js';
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
  conformalLimit,
  conformalSetScores,
  conformalSets,
  fitConformalInterval,
  fitConformalSets,
  leastCalibrationRows,
  setCoverage,
} from './calibration/conformal.js';
export type { LabelledProbs } from './calibration/labelled.js';
export { mixtureLogLikelihood, type SampledNumbers } from './calibration/mixture-likelihood.js';
export {
  type LabelledNumbers,
  type NumberMetrics,
  numberMetrics,
} from './calibration/number-metrics.js';
export { packScores, unpackScores } from './calibration/packed-scores.js';
export { honestInterval, type Interval, wilsonInterval, Z_95 } from './calibration/proportion.js';
export {
  adaptiveReliability,
  eceInterval,
  type Reliability,
  type ReliabilityBin,
  reliability,
} from './calibration/reliability.js';
export { applyTemperature, fitTemperature, type Temperature } from './calibration/temperature.js';
export { activeTestFigures } from './evaluation/active-test-figures.js';
export { answerAgreement } from './evaluation/answer-agreement.js';
export { compressedModelVerdict, type FieldFigures } from './evaluation/compressed-model-gate.js';
export {
  conformalScores,
  type JudgedRows,
  type ScoresByMode,
} from './evaluation/conformal-scores.js';
export { type GateVerdict, gateVerdict } from './evaluation/gate.js';
export { judge } from './evaluation/judge.js';
export { judgedFields, momentsOf } from './evaluation/judged-fields.js';
export type { Comparison, HeldOutJudgement } from './evaluation/judgement.js';
export {
  classesWithin,
  coverageWithin,
  intervalWithin,
  type SetLimit,
} from './evaluation/prediction-sets.js';
export { rankAuroc } from './evaluation/rank-auroc.js';
export { type RetentionCurve, retentionCurve } from './evaluation/retention.js';
export { atTemperature, type Judged } from './evaluation/trust.js';
export { askedOf, targetsOf } from './labels/answer-targets.js';
export { NotTrainableError } from './labels/not-trainable-error.js';
export { type LabelledItem, LEAST_CONTROL, splitLabels } from './labels/split-labels.js';
export {
  type AskedField,
  type AskedFields,
  askedFields,
  decodeTrainingSet,
  encodeTrainingSet,
  fieldTargets,
  onlyField,
  PART,
  type Rows,
  rowsOf,
  rowWidth,
  TrainingSet,
  weightsAt,
  weightsOf,
} from './labels/training-set.js';
export { chooseNext, type NextRequest } from './learner/choose-next.js';
export {
  type ChosenQueue,
  chooseQueue,
  type QueueColumns,
  type QueueOrigin,
  type QueueRequest,
  type RuleChoice,
} from './learner/choose-queue.js';
export { interleave } from './learner/interleave.js';
export { limitsInWords, MAX_CANDIDATES, MAX_DESCRIBED, MAX_TARGETS } from './learner/limits.js';
export { histogramOf, poolFigures } from './learner/pool-figures.js';
export {
  joinPoolScores,
  type PoolScores,
  readPoolScores,
  writePoolScores,
} from './learner/pool-scores.js';
export type { Model, Pool } from './learner/ports.js';
export {
  type ReplayModel,
  type ReplayRequest,
  type ReplayTurn,
  replay,
  turnSeed,
} from './learner/replay.js';
export { describeInputs } from './learner/rule-inputs.js';
export { type ScoredRows, scoreRows } from './learner/score-rows.js';
export { startingItems } from './learner/starting-items.js';
export { currentStopReasons, ENOUGH_HELD_OUT, historyStopReasons } from './learner/stop-reasons.js';
export {
  gainUpperBound,
  type RoundFigures,
  type StopCode,
  type StopPolicy,
  type StopReason,
  stopReasons,
} from './learner/stop-rules.js';
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
  type FieldsUncertainty,
  type FieldUncertainty,
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
