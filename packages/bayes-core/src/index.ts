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
