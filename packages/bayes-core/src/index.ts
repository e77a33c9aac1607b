export {
  type AcquireRequest,
  type Acquisition,
  type AcquisitionOptions,
  acquire,
  type Candidates,
  DEFAULT_BETA,
  rankPool,
  selectCandidates,
} from './acquisition/acquire.js';
export {
  type BatchBaldRequest,
  type BatchBaldResult,
  batchBald,
} from './acquisition/batch-bald.js';
export type { JointOptions } from './acquisition/joint-state.js';
export {
  ACQUISITION_RULE_NAMES,
  ACQUISITION_RULES,
  type AcquisitionRule,
  getRule,
  type RuleDefinition,
  scoreItems,
  type Uncertainty,
} from './acquisition/rules.js';
export { type NumericsDetails, NumericsError } from './errors.js';
export {
  readSafetensors,
  type SafetensorsData,
  type SafetensorsDtype,
  type SafetensorsFile,
  type SafetensorsTensor,
  writeSafetensors,
} from './io/safetensors.js';
export {
  type ClassUncertainty,
  classUncertainty,
} from './uncertainty/class-uncertainty.js';
export {
  momentsOfNumberSamples,
  type NumberMoments,
  type NumberSamples,
  type NumberUncertainty,
  numberUncertainty,
} from './uncertainty/number-uncertainty.js';
export {
  assertMoments,
  type LogProbs,
  momentsOfLogProbs,
  type PredictiveMoments,
} from './uncertainty/predictive-moments.js';
