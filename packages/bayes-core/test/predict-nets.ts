import type { LayerSpec, PartialModelSpec } from '../src/nn/spec.js';
import { posteriorNets } from './posterior-cases.js';

export const classes = { kind: 'class', classes: 4 } as const;
export const image = { shape: [1, 12, 12] };
export const drop = (of: 'units' | 'channels', rate?: number): LayerSpec => ({
  kind: 'dropout',
  of,
  ...(rate ? { rate } : {}),
});

export const nets: readonly (readonly [string, PartialModelSpec])[] = [
  [
    'a dense net that reads some of its inputs, and some of its units',
    {
      network: {
        layers: [
          { kind: 'select', positions: [0, 3, 4, 17] },
          { kind: 'dense', units: 30 },
          drop('units'),
          { kind: 'relu' },
          { kind: 'select', positions: [1, 2, 5, 28, 29] },
          { kind: 'dense', units: 400 },
          drop('units'),
        ],
      },
      input: { shape: [20] },
      output: classes,
    },
  ],
  [
    'a conv net that reads some channels, and some places of them',
    {
      network: {
        layers: [
          { kind: 'select', positions: [1, 2] },
          { kind: 'conv2d', channels: 6, kernel: 3 },
          drop('channels'),
          { kind: 'relu' },
          { kind: 'select', positions: [0, 2, 5] },
          { kind: 'max-pool', size: 5 },
          { kind: 'flatten' },
          { kind: 'select', positions: [0, 1, 5, 10] },
          { kind: 'dense', units: 8 },
          drop('units'),
        ],
      },
      input: { shape: [3, 12, 12] },
      output: classes,
    },
  ],
  [
    'a dense net',
    { network: { preset: 'mlp-512', units: 40 }, input: { shape: [20] }, output: classes },
  ],
  [
    'a dense net with dropout on its input',
    {
      network: { preset: 'uci-50' },
      input: { shape: [13] },
      output: classes,
      posterior: { kind: 'mc-dropout', rate: 0.3 },
    },
  ],
  [
    'a conv net with dropped channels',
    {
      network: {
        layers: [
          { kind: 'conv2d', channels: 6, kernel: 3 },
          drop('channels'),
          { kind: 'max-pool', size: 2 },
          { kind: 'relu' },
          { kind: 'conv2d', channels: 8, kernel: 2, padding: 1 },
          drop('channels'),
          { kind: 'average-pool', size: 2 },
          { kind: 'relu' },
          { kind: 'dense', units: 12 },
          drop('units'),
          { kind: 'relu' },
        ],
      },
      input: image,
      output: classes,
    },
  ],
  [
    'a conv net with dropped units of images, tanh and two rates',
    {
      network: {
        layers: [
          { kind: 'conv2d', channels: 5, kernel: 3 },
          { kind: 'tanh' },
          drop('units', 0.25),
          { kind: 'conv2d', channels: 4, kernel: 3 },
          { kind: 'tanh' },
          drop('channels', 0.4),
          { kind: 'max-pool', size: 2 },
          { kind: 'tanh' },
          { kind: 'flatten' },
          drop('units', 0.5),
          { kind: 'dense', units: 10 },
          drop('units', 0.1),
          { kind: 'tanh' },
        ],
      },
      input: image,
      output: classes,
    },
  ],
  [
    'an ensemble',
    {
      network: { preset: 'small-mlp', units: 16 },
      input: { shape: [20] },
      output: classes,
      posterior: { kind: 'ensemble', members: 3 },
    },
  ],
  [
    'a point',
    {
      network: { preset: 'small-mlp', units: 16 },
      input: { shape: [20] },
      output: classes,
      posterior: { kind: 'point' },
    },
  ],
  ...posteriorNets,
];
