import type { Engine, Program } from '../engine/engine.js';
import { NumericsError, throwIfAborted } from '../errors.js';
import type { Likelihood } from '../likelihood/likelihood.js';
import { likelihoodOf } from '../likelihood/likelihood-of.js';
import { featureTensors, featureType } from '../nn/features.js';
import { type Network, resolveNetwork } from '../nn/network.js';
import type { Parameters } from '../nn/parameters.js';
import type { ModelSpec } from '../nn/spec.js';
import type { LabelledRows, TargetScale } from '../nn/targets.js';
import type { PosteriorFamily, TrainingForm } from '../posterior/family.js';
import { familyOf } from '../posterior/family-of.js';
import type { EpochRecord } from '../posterior/fitted.js';
import type { Stream } from '../random/stream.js';
import { asFloat32, float32, type Tensor } from '../tensor.js';
import {
  loadCheckpoint,
  type RunIdentity,
  saveCheckpoint,
  type TrainingState,
} from './checkpoint.js';
import { chunkSteps } from './chunk.js';
import type { TrainingProgress } from './history.js';
import { type BatchPlan, batchPlan, stepNoise } from './noise.js';
import { packTensors, unpackTensors } from './packing.js';
import { penaltyWeight } from './penalty-weight.js';
import {
  buildTrainingGraph,
  PENALTY_WEIGHTS,
  stateName,
  type TrainingGraph,
} from './training-graph.js';
import { createValidator, type Validator } from './validation.js';

export type TrainNetworkOptions = {
  readonly engine: Engine;
  readonly spec: ModelSpec;
  readonly train: LabelledRows;
  readonly validation?: LabelledRows | undefined;
  readonly scale: TargetScale;
  readonly seed: number;
  readonly member: number;
  /** Names all randomness of this network. */
  readonly source: Stream;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: TrainingProgress) => void) | undefined;
  readonly onCheckpoint?: ((bytes: Uint8Array) => void) | undefined;
  readonly resumeFrom?: Uint8Array | undefined;
};

/** Steps between two checkpoints; they are written at ends of epochs only. */
const STEPS_PER_CHECKPOINT = 200;

/**
 * Trains one network: whole epochs inside native calls, early stopping on the validation rows, best parameters kept.
 * @throws non_finite when a loss is not a number; `details.checkpoint` then holds the last good state
 * @throws aborted when the signal fires
 */
export async function trainNetwork(
  options: TrainNetworkOptions,
): Promise<{ parameters: Parameters; history: readonly EpochRecord[] }> {
  const { engine, spec, train, validation, scale, source } = options;
  const network = resolveNetwork(spec);
  const likelihood = likelihoodOf(spec, scale);
  const plan = batchPlan(
    source.split('batches'),
    train.features.rows,
    spec.batchSize,
    spec.drawsPerEpoch,
  );
  const family = familyOf(spec.posterior);
  const form = family.trainingForm(network, plan.batchSize);
  const training = buildTrainingGraph(
    form,
    spec,
    likelihood,
    featureType(train.features),
    plan.batchSize,
  );
  const program = await engine.compile(training.graph);
  const validator = validation
    ? await createValidator({ engine, network, likelihood, rows: validation, scale })
    : null;
  try {
    return await new TrainingRun(
      options,
      network,
      likelihood,
      plan,
      family,
      form,
      training,
      program,
      validator,
    ).run();
  } finally {
    await program.dispose();
    await validator?.dispose();
  }
}

class TrainingRun {
  private readonly identity: RunIdentity;
  private readonly data: Record<string, Tensor>;

  constructor(
    private readonly options: TrainNetworkOptions,
    private readonly network: Network,
    likelihood: Likelihood,
    private readonly plan: BatchPlan,
    private readonly family: PosteriorFamily,
    private readonly form: TrainingForm,
    private readonly training: TrainingGraph,
    private readonly program: Program,
    private readonly validator: Validator | null,
  ) {
    const { spec, seed, member, train, scale } = options;
    this.identity = { spec, seed, member, rows: train.features.rows };
    this.data = {
      ...featureTensors(train.features),
      targets: likelihood.targetTensor(train.targets, scale),
    };
  }

  async run(): Promise<{ parameters: Parameters; history: readonly EpochRecord[] }> {
    const { resumeFrom, onCheckpoint } = this.options;
    let state = resumeFrom ? loadCheckpoint(resumeFrom, this.identity) : this.firstState();
    let saved = state.step;
    while (!this.isFinished(state)) {
      throwIfAborted(this.options.signal, 'Training');
      state = await this.advance(state);
      if (state.step % this.plan.stepsPerEpoch !== 0) continue;
      state = await this.endEpoch(state);
      if (onCheckpoint && state.step - saved >= STEPS_PER_CHECKPOINT) {
        onCheckpoint(saveCheckpoint(state, this.identity));
        saved = state.step;
      }
    }
    const parameters = unpackTensors(
      this.training.groups,
      state.best ?? this.parameterValues(state),
    );
    return { parameters, history: state.history };
  }

  private firstState(): TrainingState {
    const { groups, optimiser } = this.training;
    const packed = packTensors(
      groups,
      this.form.initialValues(this.options.spec.initialisation, this.options.source.split('init')),
    );
    const values = Object.fromEntries(
      groups.flatMap((group) => {
        const value = packed[group.name]!;
        const zeros = optimiser.stateNames.map(
          (part) =>
            [
              stateName(group, part),
              float32(new Float32Array(value.data.length), value.shape),
            ] as const,
        );
        return [[stateName(group, 'value'), value] as const, ...zeros];
      }),
    );
    return {
      step: 0,
      epochLoss: 0,
      values,
      best: null,
      bestScore: Infinity,
      epochsWithoutGain: 0,
      history: [],
    };
  }

  private isFinished(state: TrainingState): boolean {
    const { spec } = this.options;
    return (
      state.step >= spec.maxEpochs * this.plan.stepsPerEpoch ||
      state.epochsWithoutGain >= spec.patience
    );
  }

  /** One native call: as many steps as fit into a chunk, never past the end of the epoch. */
  private async advance(state: TrainingState): Promise<TrainingState> {
    const { stepsPerEpoch, batchSize } = this.plan;
    const left = stepsPerEpoch - (state.step % stepsPerEpoch);
    const count = Math.min(left, chunkSteps(this.network, batchSize, this.form.noise));
    const { optimiser } = this.training;
    const coefficients = new Float32Array(count * optimiser.coefficientCount);
    for (let i = 0; i < count; i++)
      coefficients.set(optimiser.coefficients(state.step + i), i * optimiser.coefficientCount);
    const outputs = await this.program.run({
      ...this.data,
      ...stepNoise(
        this.options.source.split('masks'),
        this.plan,
        this.form.noise,
        state.step,
        count,
      ),
      ...state.values,
      coefficients: float32(coefficients, [count, optimiser.coefficientCount]),
      ...this.penaltyWeights(state.step, count),
    });
    const losses = outputs.loss!.data;
    this.checkFinite(losses, state);
    const values = Object.fromEntries(
      this.training.stateNames.map((name) => [
        name,
        float32(asFloat32(outputs[name]!), outputs[name]!.shape),
      ]),
    );
    let epochLoss = state.epochLoss;
    for (const loss of losses) epochLoss += loss;
    const next = { ...state, step: state.step + count, epochLoss, values };
    this.report(next);
    return next;
  }

  private penaltyWeights(first: number, count: number): Record<string, Tensor> {
    if (!this.form.penalty) return {};
    const { spec, train } = this.options;
    const weights = Float32Array.from({ length: count }, (_, i) =>
      penaltyWeight(spec.posterior, train.features.rows, this.plan.batchSize, first + i),
    );
    return { [PENALTY_WEIGHTS]: float32(weights, [count]) };
  }

  private async endEpoch(state: TrainingState): Promise<TrainingState> {
    const { spec, member } = this.options;
    const epoch = state.step / this.plan.stepsPerEpoch;
    const loss = state.epochLoss / this.plan.stepsPerEpoch;
    const values = this.parameterValues(state);
    const validation = this.validator
      ? await this.validator.evaluate(
          this.family.meanNetwork(this.network, unpackTensors(this.training.groups, values)),
        )
      : null;
    const record: EpochRecord = {
      member,
      epoch,
      step: state.step,
      loss,
      ...(validation ? { validationLoss: validation.loss } : {}),
      ...(validation?.accuracy === undefined ? {} : { validationAccuracy: validation.accuracy }),
    };
    const next = { ...state, epochLoss: 0, history: [...state.history, record] };
    if (!validation) return next;
    const score = spec.stopOn === 'accuracy' ? -(validation.accuracy ?? 0) : validation.loss;
    if (score < state.bestScore)
      return { ...next, best: values, bestScore: score, epochsWithoutGain: 0 };
    return { ...next, epochsWithoutGain: state.epochsWithoutGain + 1 };
  }

  private parameterValues(state: TrainingState): Record<string, Tensor> {
    return Object.fromEntries(
      this.training.groups.map((group) => [group.name, state.values[stateName(group, 'value')]!]),
    );
  }

  private report(state: TrainingState): void {
    const { member, spec, onProgress } = this.options;
    const { stepsPerEpoch } = this.plan;
    const inEpoch = state.step % stepsPerEpoch || stepsPerEpoch;
    const last = state.history.at(-1)?.validationLoss;
    onProgress?.({
      member,
      epoch: Math.ceil(state.step / stepsPerEpoch),
      step: state.step,
      loss: state.epochLoss / inEpoch,
      ...(last === undefined ? {} : { validationLoss: last }),
      fractionDone: state.step / (spec.maxEpochs * stepsPerEpoch),
    });
  }

  private checkFinite(losses: ArrayLike<number>, before: TrainingState): void {
    for (let i = 0; i < losses.length; i++) {
      if (Number.isFinite(losses[i]!)) continue;
      const step = before.step + i;
      throw new NumericsError(
        'non_finite',
        `Training diverged: the loss of step ${step} is ${losses[i]}. Lower the learning rate, or check the features for huge values.`,
        {
          step,
          loss: losses[i],
          lastGoodStep: before.step,
          checkpoint: saveCheckpoint(before, this.identity),
        },
      );
    }
  }
}
