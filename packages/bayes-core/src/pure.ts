// What needs no engine: errors, streams of random numbers, the shapes of predictions, the file
// format.
export { type NumericsDetails, NumericsError } from './errors.js';
export {
  readSafetensors,
  type SafetensorsData,
  type SafetensorsDtype,
  type SafetensorsFile,
  type SafetensorsTensor,
  writeSafetensors,
} from './io/safetensors.js';
export { entropyTerm, logSumExp } from './log-space.js';
export type { FeatureMatrix } from './nn/features.js';
export type { EpochRecord } from './posterior/fitted.js';
export type { ChoicesMoments } from './predict/choices-accumulator.js';
export type { LastLayerFeatures } from './predict/last-layer-features.js';
export {
  type ClassMoments,
  type ClassSums,
  type FieldsMoments,
  joinClassSums,
  type NumericMoments,
  type PoolMoments,
  type SingleMoments,
} from './predict/moments.js';
export { drawsWithReplacement, permutation, subset } from './random/choice.js';
export { fillGamma } from './random/gamma.js';
export { fillNormal, normal } from './random/normal.js';
export { Sequence } from './random/sequence.js';
export { bitsAt, type Stream, stream } from './random/stream.js';
export { bernoulli, fillBernoulli, fillUniform, uniform } from './random/uniform.js';
export type { Tensor, TensorData, TensorType } from './tensor.js';
