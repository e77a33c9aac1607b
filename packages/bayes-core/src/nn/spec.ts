import type { PartialPosteriorSpec, PosteriorSpec } from './posterior-spec.js';

export type { PosteriorSpec } from './posterior-spec.js';

/**
 * One layer as people write it; sizes of inputs are worked out. The output layer is added by the
 * output spec.
 */
export type LayerSpec =
  | { readonly kind: 'dense'; readonly units: number }
  | {
      readonly kind: 'conv2d';
      readonly channels: number;
      readonly kernel: number;
      readonly padding?: number;
    }
  | { readonly kind: 'max-pool' | 'average-pool'; readonly size: number }
  | { readonly kind: 'relu' | 'tanh' | 'flatten' }
  | {
      /**
       * Goes on with some inputs only: numbers of features of a flat item, or of channels of an
       * image, in rising order.
       */
      readonly kind: 'select';
      readonly positions: readonly number[];
    }
  | {
      readonly kind: 'dropout';
      /** Probability of dropping; the posterior's rate when left out. */
      readonly rate?: number;
      /** Single units, or whole channels of an image. Default units. */
      readonly of?: 'units' | 'channels';
    };

export type PresetName = 'batchbald-conv' | 'gal-conv' | 'uci-50' | 'mlp-512' | 'small-mlp';

/** How first values of weights are drawn; see `initialisations` for formulas and sources. */
export type InitialisationName = 'he-normal' | 'glorot-uniform' | 'fan-in-uniform';

export type NetworkSpec =
  | {
      readonly preset: PresetName /** Width of the hidden layers, where the preset lets one choose. */;
      readonly units?: number;
    }
  | { readonly layers: readonly LayerSpec[] };

/** One of several classes. */
export type ClassOutputSpec = {
  readonly kind: 'class';
  readonly classes: number;
  /**
   * Gaussian noise on the logits, its size predicted for each item and class; `draws` (even)
   * integrate it.
   */
  readonly logitNoise?: { readonly draws: number };
};

/** A number with Gaussian noise. */
export type NumberOutputSpec = {
  readonly kind: 'number';
  /** Noise variance of the target, learned when left out; in squared units of the target. */
  readonly noiseVariance?: number;
  /** One noise for all items, or one predicted for each. Default 'shared'. */
  readonly noise?: 'shared' | 'per-item';
  /**
   * Noise per item: each loss is weighed by variance^beta, which keeps hard items from being given
   * up. Default 0.
   */
  readonly betaNll?: number;
};

/** Any subset of several choices, each an uncertainty of its own. */
export type ChoicesOutputSpec = { readonly kind: 'choices'; readonly choices: number };

export type SingleOutputSpec = ClassOutputSpec | NumberOutputSpec | ChoicesOutputSpec;

/** One of several questions that a network answers at once. */
export type FieldSpec = { readonly name: string; readonly output: SingleOutputSpec };

export type OutputSpec =
  | SingleOutputSpec
  | { readonly kind: 'fields'; readonly fields: readonly FieldSpec[] };

export type OptimiserSpec = {
  readonly kind: 'adam' | 'sgd';
  readonly learningRate: number;
  /** L2 coefficient added to the gradient of weights (not of biases). */
  readonly weightDecay: number;
  /** Only for sgd. */
  readonly momentum: number;
};

/**
 * Everything that decides what is trained and how: plain JSON, complete. See `completeSpec` for
 * defaults.
 */
export type ModelSpec = {
  readonly network: NetworkSpec;
  readonly input: { readonly shape: readonly number[] };
  readonly output: OutputSpec;
  readonly posterior: PosteriorSpec;
  readonly initialisation: InitialisationName;
  readonly optimiser: OptimiserSpec;
  readonly batchSize: number;
  readonly maxEpochs: number;
  /** Epochs without gain on the validation rows before training stops. */
  readonly patience: number;
  /**
   * What counts as gain: a lower validation loss or a higher accuracy (classes and choices only).
   */
  readonly stopOn: 'loss' | 'accuracy';
  /**
   * Rows drawn per epoch, each equally often; without it an epoch is shuffled passes over all rows,
   * of at least 1,024 draws.
   */
  readonly drawsPerEpoch?: number;
};

/** A spec as people write it: what is left out gets a default. */
export type PartialModelSpec = {
  readonly network: NetworkSpec;
  readonly input: { readonly shape: readonly number[] };
  readonly output: OutputSpec;
  readonly posterior?: PartialPosteriorSpec;
  /** Default: what the authors of a preset used, else 'he-normal'. */
  readonly initialisation?: InitialisationName;
  readonly optimiser?: Partial<OptimiserSpec>;
  readonly batchSize?: number;
  readonly maxEpochs?: number;
  readonly patience?: number;
  readonly stopOn?: 'loss' | 'accuracy';
  readonly drawsPerEpoch?: number;
};
