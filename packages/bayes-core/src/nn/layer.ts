type Common = {
  /** Unique in its network; names parameters and random streams. */
  readonly name: string;
  /** Shape of one item coming in and going out. */
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
};

export type DenseLayer = Common & { readonly kind: 'dense' };
export type ConvLayer = Common & {
  readonly kind: 'conv2d';
  readonly kernel: number;
  readonly padding: number;
};
export type PoolLayer = Common & {
  readonly kind: 'max-pool' | 'average-pool';
  readonly size: number;
};
export type PlainLayer = Common & { readonly kind: 'relu' | 'tanh' | 'flatten' };
export type SelectLayer = Common & {
  readonly kind: 'select';
  readonly positions: readonly number[];
};
export type DropoutLayer = Common & {
  readonly kind: 'dropout';
  readonly rate: number;
  readonly of: 'units' | 'channels';
  /** How many values a mask has for one item. */
  readonly maskSize: number;
};

/** A layer with everything known about it. */
export type Layer = DenseLayer | ConvLayer | PoolLayer | PlainLayer | SelectLayer | DropoutLayer;

/** One tensor of weights that the network needs. */
export type ParameterSlot = {
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: 'weight' | 'bias' | 'likelihood' | 'variational';
  /** Inputs that meet in one output, for the size of first values. */
  readonly fanIn: number;
  /** Outputs that one input goes to. */
  readonly fanOut: number;
  /** Whether a relu comes next: it halves the variance of what passes. */
  readonly beforeRelu: boolean;
  /** What no value may be above after a step of training; default none. */
  readonly most?: number;
};

export function weightName(layer: Layer): string {
  return `${layer.name}.weight`;
}

export function biasName(layer: Layer): string {
  return `${layer.name}.bias`;
}

/** Shape of a dropout mask for one item: one value per unit, or one per channel. */
export function maskShape(layer: DropoutLayer): readonly number[] {
  return layer.of === 'channels' ? [layer.inputShape[0]!, 1, 1] : layer.inputShape;
}
