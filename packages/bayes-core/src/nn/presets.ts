import type { InitialisationName, LayerSpec, PresetName } from './spec.js';

export type Preset = {
  readonly layers: (units: number | undefined) => readonly LayerSpec[];
  /** Dropout rate where neither layer nor posterior names one. */
  readonly defaultRate: number;
  readonly initialisation: InitialisationName;
};

const relu: LayerSpec = { kind: 'relu' };
const dropUnits: LayerSpec = { kind: 'dropout', of: 'units' };
const dropChannels: LayerSpec = { kind: 'dropout', of: 'channels' };
const pool: LayerSpec = { kind: 'max-pool', size: 2 };
const dense = (units: number): LayerSpec => ({ kind: 'dense', units });
const conv = (channels: number, kernel: number): LayerSpec => ({
  kind: 'conv2d',
  channels,
  kernel,
});

/** @see docs/decisions/0014 */
export const presets: Readonly<Record<PresetName, Preset>> = {
  /**
   * Kirsch, van Amersfoort & Gal 2019, "BatchBALD", `src/mnist_model.py`; first values are
   * PyTorch's, as theirs were.
   */
  'batchbald-conv': {
    layers: (units = 128) => [
      conv(32, 5),
      dropChannels,
      pool,
      relu,
      conv(64, 5),
      dropChannels,
      pool,
      relu,
      dense(units),
      dropUnits,
      relu,
    ],
    defaultRate: 0.5,
    initialisation: 'fan-in-uniform',
  },
  /**
   * Gal, Islam & Ghahramani 2017, "Deep Bayesian Active Learning with Image Data"; first values are
   * Keras's, as theirs were.
   */
  'gal-conv': {
    layers: (units = 128) => [
      conv(32, 4),
      relu,
      conv(32, 4),
      relu,
      pool,
      { kind: 'dropout', of: 'units', rate: 0.25 },
      dense(units),
      relu,
      { kind: 'dropout', of: 'units', rate: 0.5 },
    ],
    defaultRate: 0.5,
    initialisation: 'glorot-uniform',
  },
  /**
   * Gal & Ghahramani 2016, section 5.2: one hidden layer, dropout before every layer; first values
   * are Keras's, as theirs were.
   */
  'uci-50': {
    layers: (units = 50) => [dropUnits, dense(units), relu, dropUnits],
    defaultRate: 0.05,
    initialisation: 'glorot-uniform',
  },
  /** Two wide layers for flat inputs and small images. */
  'mlp-512': {
    layers: (units = 512) => [dense(units), relu, dropUnits, dense(units), relu, dropUnits],
    defaultRate: 0.5,
    initialisation: 'he-normal',
  },
  /** Two layers for small tables and 8 x 8 digits. */
  'small-mlp': {
    layers: (units = 128) => [dense(units), relu, dropUnits, dense(units), relu, dropUnits],
    defaultRate: 0.25,
    initialisation: 'he-normal',
  },
};
