import type { Engine, Program } from '../engine/engine.js';
import { NumericsError, throwIfAborted } from '../errors.js';
import type { Likelihood } from '../likelihood/likelihood.js';
import { featureTensors } from '../nn/features.js';
import type { Network } from '../nn/network.js';
import type { Parameters } from '../nn/parameters.js';
import type { ModelSpec } from '../nn/spec.js';
import type { LabelledRows, TargetScale } from '../nn/targets.js';
import type { PosteriorFamily, TrainedNetwork, TrainingForm } from '../posterior/family.js';
import type { EpochRecord } from '../posterior/fitted.js';
import type { Stream } from '../random/stream.js';
import { asFloat32, float32, type Tensor } from '../tensor.js';
import { type Beginning, digestOf } from './beginning.js';
import {
  loadCheckpoint,
  NO_SUMS,
  type RunIdentity,
  saveCheckpoint,
  type TrainingState,
} from './checkpoint.js';
import { chunkSteps } from './chunk.js';
import { descriptionLength, isDescribed } from './description-length.js';
import type { TrainingProgress } from './history.js';
import type { BatchPlan } from './noise.js';
import { unpackTensors } from './packing.js';
import { warmUpEpochs } from './penalty-weight.js';
import { weightsDigest } from './row-weights.js';
import { type Schedule, scheduleOf } from './schedule.js';
import { firstState, freshValues } from './state.js';
import { type StepInputsOptions, stepInputs } from './step-inputs.js';
import { stateName, type TrainingGraph } from './training-graph.js';
import type { Validator } from './validation.js';

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
  /** Where training begins, when it is not where its spec and seed say. */
  readonly beginning?: Beginning | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: TrainingProgress) => void) | undefined;
  readonly onCheckpoint?: ((bytes: Uint8Array) => void) | undefined;
  readonly resumeFrom?: Uint8Array | undefined;
};

/** Steps between two checkpoints; they are written at ends of epochs only. */
const STEPS_PER_CHECKPOINT = 200;

/** What a run is made of, once its options have been looked at. */
export type RunParts = {
  readonly network: Network;
  readonly likelihood: Likelihood;
  readonly plan: BatchPlan;
  /** Of the training rows, with mean 1; null where all count alike. */
  readonly weights: Float64Array | null;
  readonly heldOut: TrainedNetwork['validation'];
  readonly family: PosteriorFamily;
  readonly form: TrainingForm;
  readonly training: TrainingGraph;
  readonly program: Program;
  readonly validator: Validator | null;
};

/**
 * One training under way: its state goes from chunk to chunk, and can be saved and gone on with
 * between them.
 */
export class TrainingRun {
  private readonly identity: RunIdentity;
  private readonly data: Record<string, Tensor>;
  private readonly schedule: Schedule;
  private readonly stepOptions: StepInputsOptions;

  constructor(
    private readonly options: TrainNetworkOptions,
    private readonly parts: RunParts,
  ) {
    const { likelihood, plan, weights, family, form, training } = parts;
    const { spec, seed, member, train, scale, source } = options;
    const { gathering } = family;
    this.schedule = scheduleOf(spec, gathering, plan.stepsPerEpoch);
    this.stepOptions = {
      spec,
      rows: train.features.rows,
      plan,
      training,
      gathering,
      hasPenalty: form.penalty !== null,
      source: source.split('masks'),
    };
    this.identity = {
      spec,
      seed,
      member,
      rows: train.features.rows,
      ...(options.beginning ? { beginning: digestOf(options.beginning) } : {}),
      ...(weights ? { weights: weightsDigest(weights) } : {}),
    };
    this.data = {
      ...featureTensors(train.features),
      targets: likelihood.targetTensor(train.targets, scale),
      ...form.fixed,
    };
  }

  async run(): Promise<{ parameters: Parameters; history: readonly EpochRecord[] }> {
    const { resumeFrom, onCheckpoint } = this.options;
    let state = resumeFrom ? loadCheckpoint(resumeFrom, this.identity) : this.firstState();
    let saved = state.step;
    while (!this.schedule.isFinished(state)) {
      throwIfAborted(this.options.signal, 'Training');
      state = await this.advance(state);
      if (state.step % this.parts.plan.stepsPerEpoch !== 0) continue;
      state = state.gatheringSince === null ? await this.endEpoch(state) : this.gatherEpoch(state);
      if (
        this.parts.family.gathering &&
        state.gatheringSince === null &&
        this.schedule.isTrained(state)
      )
        state = this.beginGathering(state);
      if (onCheckpoint && state.step - saved >= STEPS_PER_CHECKPOINT) {
        onCheckpoint(saveCheckpoint(state, this.identity));
        saved = state.step;
      }
    }
    const { engine, spec, train, scale, signal } = this.options;
    const trained = state.gatheringSince === null ? this.bestParameters(state) : state.gathered;
    const parameters = await this.parts.family.afterTraining({
      engine,
      spec,
      network: this.parts.network,
      parameters: trained,
      train,
      weights: this.parts.weights,
      validation: this.parts.heldOut,
      scale,
      signal,
    });
    return { parameters, history: state.history };
  }

  private bestParameters(state: TrainingState): Parameters {
    return unpackTensors(this.parts.training.groups, state.best ?? this.parameterValues(state));
  }

  private firstState(): TrainingState {
    const { spec, source, beginning } = this.options;
    return firstState(
      this.parts.training,
      beginning?.initialValues ??
        this.parts.form.initialValues(spec.initialisation, source.split('init')),
    );
  }

  /** From the best weights on, with an optimiser that has seen nothing. */
  private beginGathering(state: TrainingState): TrainingState {
    return {
      ...state,
      values: freshValues(this.parts.training, this.bestParameters(state)),
      gatheringSince: state.step,
    };
  }

  /** One native call: as many steps as fit into a chunk, never past the end of the epoch. */
  private async advance(state: TrainingState): Promise<TrainingState> {
    const { stepsPerEpoch, batchSize } = this.parts.plan;
    const left = stepsPerEpoch - (state.step % stepsPerEpoch);
    const count = Math.min(
      left,
      chunkSteps(this.parts.network, batchSize, this.parts.training.noise),
    );
    const outputs = await this.parts.program.run({
      ...this.data,
      ...state.values,
      ...stepInputs(this.stepOptions, state, count),
    });
    const losses = outputs.loss!.data;
    this.checkFinite(losses, state);
    const values = Object.fromEntries(
      this.parts.training.stateNames.map((name) => [
        name,
        float32(asFloat32(outputs[name]!), outputs[name]!.shape),
      ]),
    );
    const next = {
      ...state,
      step: state.step + count,
      epochLoss: state.epochLoss + sum(losses),
      epochFit: state.epochFit + sum(outputs.fit?.data ?? []),
      epochPenalty: state.epochPenalty + sum(outputs.penalty?.data ?? []),
      values,
    };
    this.options.onProgress?.(this.schedule.progressOf(next, this.options.member));
    return next;
  }

  private async endEpoch(state: TrainingState): Promise<TrainingState> {
    const { spec } = this.options;
    const values = this.parameterValues(state);
    const validation = this.parts.validator
      ? await this.parts.validator.evaluate(
          this.parts.family.meanNetwork(
            this.parts.network,
            unpackTensors(this.parts.training.groups, values),
          ),
        )
      : null;
    const record: EpochRecord = {
      ...this.recordOf(state),
      ...(validation ? { validationLoss: validation.loss } : {}),
      ...(validation?.accuracy === undefined ? {} : { validationAccuracy: validation.accuracy }),
    };
    const next = { ...state, ...NO_SUMS, history: [...state.history, record] };
    if (!validation) return next;
    // A loss that does not count the whole penalty yet is no rival of later ones, nor a reason to
    // stop.
    if (record.epoch < warmUpEpochs(spec.posterior)) return next;
    const score = spec.stopOn === 'accuracy' ? -(validation.accuracy ?? 0) : validation.loss;
    if (score < state.bestScore)
      return { ...next, best: values, bestScore: score, epochsWithoutGain: 0 };
    return { ...next, epochsWithoutGain: state.epochsWithoutGain + 1 };
  }

  private gatherEpoch(state: TrainingState): TrainingState {
    const { gathering } = this.parts.family;
    const record = this.recordOf(state);
    const epoch = (state.step - state.gatheringSince!) / this.parts.plan.stepsPerEpoch - 1;
    const parameters = unpackTensors(this.parts.training.groups, this.parameterValues(state));
    return {
      ...state,
      ...NO_SUMS,
      gathered: gathering!.gather(this.parts.network, state.gathered, parameters, epoch),
      history: [...state.history, record],
    };
  }

  private recordOf(state: TrainingState): EpochRecord {
    const { stepsPerEpoch } = this.parts.plan;
    const { spec, train } = this.options;
    return {
      member: this.options.member,
      epoch: state.step / stepsPerEpoch,
      step: state.step,
      loss: state.epochLoss / stepsPerEpoch,
      ...(isDescribed(spec)
        ? { descriptionLength: descriptionLength(state, stepsPerEpoch, train.features.rows) }
        : {}),
    };
  }

  private parameterValues(state: TrainingState): Record<string, Tensor> {
    return Object.fromEntries(
      this.parts.training.groups.map((group) => [
        group.name,
        state.values[stateName(group, 'value')]!,
      ]),
    );
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

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
}
