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
  drawTestItems,
  expectedLoss,
  expectedSquaredError,
  type LossSize,
  type TestDraws,
} from './active-testing/active-testing.js';
export {
  type Draw,
  levelledWeights,
  lureRisk,
  lureWeights,
  lureWeightsOfDraws,
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
  conformalSetScores,
  conformalSets,
  fitConformalInterval,
  fitConformalSets,
  setCoverage,
} from './calibration/conformal.js';
export type { LabelledProbs } from './calibration/labelled.js';
export { mixtureLogLikelihood, type SampledNumbers } from './calibration/mixture-likelihood.js';
export {
  type LabelledNumbers,
  type NumberMetrics,
  numberMetrics,
} from './calibration/number-metrics.js';
export { honestInterval, type Interval, wilsonInterval } from './calibration/proportion.js';
export {
  adaptiveReliability,
  eceInterval,
  type Reliability,
  type ReliabilityBin,
  reliability,
} from './calibration/reliability.js';
export { applyTemperature, fitTemperature, type Temperature } from './calibration/temperature.js';
export { rankAuroc } from './evaluation/rank-auroc.js';
export { type RetentionCurve, retentionCurve } from './evaluation/retention.js';
export {
  answerAgreement,
  gainUpperBound,
  type RoundEvidence,
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
