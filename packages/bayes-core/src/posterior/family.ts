import type { Engine } from '../engine/engine.js';
import type { Node } from '../graph/node.js';
import type { ConvLayer, DenseLayer, DropoutLayer, ParameterSlot } from '../nn/layer.js';
import type { Network } from '../nn/network.js';
import type { Parameters } from '../nn/parameters.js';
import type { InitialisationName, ModelSpec } from '../nn/spec.js';
import type { LabelledRows, TargetScale } from '../nn/targets.js';
import type { Stream } from '../random/stream.js';
import type { Belief } from './belief.js';
import type { FittedPosterior } from './fitted.js';

/** One draw from a posterior: ONE network for every item of a pool, on every worker. */
export type NetworkSample = {
  readonly parameters: Parameters;
  /** 1 = kept, one value for each unit or channel, by the name of the dropout layer. */
  readonly keep: ReadonlyMap<string, Uint8Array>;
};

/** Random numbers that one training step takes from outside. */
export type NoiseInput = {
  /** Unique in its training graph. */
  readonly name: string;
  /**
   * Which part of the run's noise it is drawn from; names that stay give the same numbers again.
   */
  readonly stream: string;
  /** Shape for one step, the batch included where items differ. */
  readonly shape: readonly number[];
  fill(source: Stream, out: Float32Array): void;
};

/** Parameters, noise and fixed numbers of one training step, by name. */
export type StepValues = {
  readonly parameter: (name: string) => Node;
  readonly noise: (name: string) => Node;
  /** What the form lists as `fixed`. */
  readonly fixed: (name: string) => Node;
};

/**
 * How a family trains one network. A step is a pure function of parameters, batch and noise, so
 * nothing here draws:
 * noise is listed, and comes in as an input of the graph.
 */
export type TrainingForm = {
  /**
   * Everything the optimiser moves: the network's own weights (their means, where they have some)
   * and variational parameters.
   */
  readonly slots: readonly ParameterSlot[];
  readonly noise: readonly NoiseInput[];
  /** Numbers that are the same in every step, and too many to be constants of the graph. */
  readonly fixed?: Parameters;
  initialValues(initialisation: InitialisationName, source: Stream): Parameters;
  /** Outputs [B, outputs] of the network, or networks, that this step draws. */
  outputs(x: Node, values: StepValues): Node;
  /**
   * What the loss adds for all weights together, in nats: a SUM, as a KL divergence is. Training
   * multiplies it with the minibatch's share and divides by the number of training rows. Null where
   * nothing is added.
   */
  penalty: ((values: StepValues) => Node) | null;
};

/**
 * What a family gathers after training from the weights of further epochs. Training goes on from
 * its best weights with another step size; what is gathered takes the place of the weights in the
 * end.
 */
export type Gathering = {
  readonly epochs: number;
  readonly learningRate: number;
  /** One more epoch's weights; `gathered` is empty before the first (`epoch` 0) and not changed. */
  gather(network: Network, gathered: Parameters, parameters: Parameters, epoch: number): Parameters;
};

/** A network that has been trained, and what it was trained on. */
export type TrainedNetwork = {
  readonly engine: Engine;
  readonly spec: ModelSpec;
  readonly network: Network;
  readonly parameters: Parameters;
  readonly train: LabelledRows;
  /** Of the training rows, with mean 1; null where all counted alike. */
  readonly weights: Float64Array | null;
  /** The rows that decided when to stop; their weights have mean 1, too. */
  readonly validation: {
    readonly rows: LabelledRows;
    readonly weights: Float64Array | null;
  } | null;
  readonly scale: TargetScale;
  readonly signal?: AbortSignal | undefined;
};

/**
 * How much each of a layer's parts looks like noise: what can be left out of a trained network, and
 * why.
 */
export type PruningScores = {
  readonly layer: string;
  /**
   * What one score speaks of: an input with all its weights, a filter with its bias, or a single
   * weight.
   */
  readonly of: 'inputs' | 'filters' | 'weights';
  /**
   * `log-alpha`: ln(variance / mean^2) of a scale; `negative-log-mode`: of a scale; `noise`: 10
   * lg(deviation / |mean|) of a weight, dB.
   */
  readonly measure: 'log-alpha' | 'negative-log-mode' | 'noise';
  /** The higher, the more of it is noise. Part i is the i-th block of each tensor. */
  readonly values: Float64Array;
  /** Tensors that are cut into these parts, each a block of the same length. */
  readonly tensors: readonly string[];
};

/** What a family knows about weights that are not needed. */
export type Pruning = {
  scores(network: Network, parameters: Parameters): readonly PruningScores[];
  /** Marginal posterior variance of every uncertain weight of the mean network. */
  variances(network: Network, parameters: Parameters): Parameters;
};

/**
 * Mean and variance of weights that are independent of each other, but for a scale that those of a
 * group share.
 */
export type WeightMoments = {
  /**
   * Variance of each weight of a slot, before its scale; null where the slot is certain. Means are
   * the fitted values.
   */
  variance(slotName: string): Float32Array | null;
  /**
   * Of the scales of a layer's groups (inputs of a dense layer, filters of a convolution); null
   * where it has none.
   */
  scales(
    layer: DenseLayer | ConvLayer,
  ): { readonly mean: Float64Array; readonly variance: Float64Array } | null;
};

/**
 * How weights are uncertain. All families look alike from outside; `familyOf` binds one to its
 * spec.
 * @see docs/decisions/0090
 */
export type PosteriorFamily = {
  /** Networks to train. */
  readonly memberCount: number;
  /** How many different samples there are to draw, given how many are asked for. */
  sampleCount(fitted: FittedPosterior, asked: number): number;
  /** Whether all samples have the same weights (and differ in what they keep). */
  readonly sharesParameters: boolean;
  /**
   * Place of the first layer that samples differ in; everything before it is computed once per
   * item.
   */
  firstUncertainLayer(network: Network): number;
  /** `belief` only where `requireBelief` lets the family pass. */
  trainingForm(network: Network, batchSize: number, belief?: Belief): TrainingForm;
  /** The one network that stands for the posterior when an epoch is judged. */
  meanNetwork(network: Network, parameters: Parameters): Parameters;
  /** Null where the posterior says nothing about which weights are needed. */
  readonly pruning: Pruning | null;
  /** Further epochs after training, for families that look at where the weights go. */
  readonly gathering: Gathering | null;
  /** What is fitted to the trained weights, once: the tensors that are saved in the end. */
  afterTraining(trained: TrainedNetwork): Promise<Parameters>;
  /** The tensors of one saved member. */
  savedSlots(network: Network): readonly TensorSlot[];
  /** The network as it is after training; layers may have learned, too. */
  fittedNetwork(network: Network, fitted: FittedPosterior): Network;
  /**
   * Null where weights depend on each other in another way, so that mean and variance do not
   * describe them.
   */
  weightMoments(fitted: FittedPosterior): WeightMoments | null;
  /** Sample `index`, from the stream (model seed, name of the part, index) alone. */
  sampleNetwork(fitted: FittedPosterior, network: Network, index: number): NetworkSample;
};

/** A tensor that only a posterior knows; the family gives its first values. */
export function variationalSlot(name: string, shape: readonly number[]): ParameterSlot {
  return { name, shape, role: 'variational', fanIn: 1, fanOut: 1, beforeRelu: false };
}

export const CERTAIN_WEIGHTS: WeightMoments = { variance: () => null, scales: () => null };

export type TensorSlot = Pick<ParameterSlot, 'name' | 'shape'>;

export const NOTHING_DROPPED: ReadonlyMap<string, Uint8Array> = new Map();

export function dropoutLayers(network: Network): DropoutLayer[] {
  return network.layers.filter((layer): layer is DropoutLayer => layer.kind === 'dropout');
}
