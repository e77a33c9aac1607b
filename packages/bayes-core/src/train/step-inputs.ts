import type { ModelSpec } from '../nn/spec.js';
import type { Gathering } from '../posterior/family.js';
import type { Stream } from '../random/stream.js';
import { float32, type Tensor } from '../tensor.js';
import type { TrainingState } from './checkpoint.js';
import { type BatchPlan, stepNoise } from './noise.js';
import { type Optimiser, optimiserOf } from './optimiser.js';
import { penaltyWeight, warmth } from './penalty-weight.js';
import { PENALTY_WEIGHTS, type TrainingGraph } from './training-graph.js';

export type StepInputsOptions = {
  readonly spec: ModelSpec;
  /** Training rows. */
  readonly rows: number;
  readonly plan: BatchPlan;
  readonly training: TrainingGraph;
  readonly gathering: Gathering | null;
  readonly hasPenalty: boolean;
  /** Names the noise of this network. */
  readonly source: Stream;
};

/**
 * What changes from step to step: rows, noise, step sizes and weights of the penalty of the next
 * `count` steps, [K, ...].
 */
export function stepInputs(
  options: StepInputsOptions,
  state: TrainingState,
  count: number,
): Record<string, Tensor> {
  const { plan, training, source } = options;
  const { optimiser, begun } = optimiserAt(options, state);
  const width = optimiser.coefficientCount;
  const coefficients = new Float32Array(count * width);
  for (let i = 0; i < count; i++)
    coefficients.set(optimiser.coefficients(state.step - begun + i), i * width);
  return {
    ...stepNoise(source, plan, training.noise, state.step, count),
    coefficients: float32(coefficients, [count, width]),
    ...penaltyWeights(options, state.step, count),
  };
}

/** The optimiser, and the step at which it began; gathering has a step size of its own. */
function optimiserAt(
  { spec, training, gathering }: StepInputsOptions,
  { gatheringSince }: TrainingState,
): { optimiser: Optimiser; begun: number } {
  if (!gathering || gatheringSince === null) return { optimiser: training.optimiser, begun: 0 };
  const { learningRate } = gathering;
  return { optimiser: optimiserOf({ ...spec.optimiser, learningRate }), begun: gatheringSince };
}

function penaltyWeights(
  { spec, rows, plan, hasPenalty }: StepInputsOptions,
  first: number,
  count: number,
): Record<string, Tensor> {
  if (!hasPenalty) return {};
  const weights = Float32Array.from({ length: count }, (_, i) => {
    const step = first + i;
    const weight = penaltyWeight(spec.posterior, rows, plan.batchSize, step);
    return weight * warmth(spec.posterior, (step + 1) / plan.stepsPerEpoch);
  });
  return { [PENALTY_WEIGHTS]: float32(weights, [count]) };
}
