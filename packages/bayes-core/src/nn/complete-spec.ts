import { checkedOutput } from './checked-output.js';
import { checkedRate, inRange, oneOf, positive, whole } from './checks.js';
import {
  checkFitting,
  checkPosteriorFits,
  completePosterior,
  defaultLearningRate,
} from './complete-posterior.js';
import { fieldError } from './field-error.js';
import { resolveNetwork } from './network.js';
import { initialisations } from './parameters.js';
import { type Preset, presets } from './presets.js';
import type { LayerSpec, ModelSpec, NetworkSpec, PartialModelSpec } from './spec.js';

/**
 * Fills in defaults and checks every field, the network's shapes included.
 * Defaults: MC dropout, first values as a preset's authors drew them (else He's), Adam (learning
 * rate 1e-3, no weight decay), batch 64, at most 100 epochs, patience 10, stop on loss.
 * @throws invalid_spec naming the field, what it may be and what came
 */
export function completeSpec(partial: PartialModelSpec): ModelSpec {
  const spec = completeFittedSpec(partial);
  checkFitting(spec, resolveNetwork(spec));
  return spec;
}

/**
 * The same for a network that has its weights already: what only fitting asks for is not asked,
 * since pruning may have left fewer groups than a fit could begin with.
 * @throws invalid_spec naming the field, what it may be and what came
 */
export function completeFittedSpec(partial: PartialModelSpec): ModelSpec {
  const kind = partial.optimiser?.kind ?? 'adam';
  const spec: ModelSpec = {
    network: checkedNetwork(partial.network),
    input: { shape: checkedInput(partial.input?.shape) },
    output: checkedOutput(partial.output),
    posterior: completePosterior(partial),
    initialisation: oneOf(
      'initialisation',
      partial.initialisation ?? presetOf(partial.network)?.initialisation ?? 'he-normal',
      Object.keys(initialisations),
    ),
    optimiser: {
      kind: oneOf('optimiser.kind', kind, ['adam', 'sgd']),
      learningRate: positive(
        'optimiser.learningRate',
        partial.optimiser?.learningRate ?? defaultLearningRate(kind),
      ),
      weightDecay: inRange(
        'optimiser.weightDecay',
        partial.optimiser?.weightDecay ?? 0,
        0,
        Number.MAX_VALUE,
      ),
      momentum: inRange('optimiser.momentum', partial.optimiser?.momentum ?? 0, 0, 0.9999),
    },
    batchSize: whole('batchSize', partial.batchSize ?? 64, 1),
    maxEpochs: whole('maxEpochs', partial.maxEpochs ?? 100, 1),
    patience: whole('patience', partial.patience ?? 10, 1),
    stopOn: oneOf('stopOn', partial.stopOn ?? 'loss', ['loss', 'accuracy']),
    ...(partial.drawsPerEpoch === undefined
      ? {}
      : { drawsPerEpoch: whole('drawsPerEpoch', partial.drawsPerEpoch, 1) }),
  };
  if (
    spec.stopOn === 'accuracy' &&
    (spec.output.kind === 'number' || spec.output.kind === 'fields')
  )
    throw fieldError('stopOn', "'loss' for numbers and for several fields", 'accuracy');
  checkPosteriorFits(spec, resolveNetwork(spec));
  return spec;
}

function checkedNetwork(network: NetworkSpec | undefined): NetworkSpec {
  if (network && 'preset' in network) {
    oneOf('network.preset', network.preset, Object.keys(presets));
    if (network.units !== undefined) whole('network.units', network.units, 1);
    return network;
  }
  if (!network || !Array.isArray(network.layers))
    throw fieldError('network', 'a preset or a list of layers', network);
  network.layers.forEach((layer, i) => {
    checkLayer(`network.layers[${i}]`, layer);
  });
  return network;
}

function checkLayer(field: string, layer: LayerSpec): void {
  switch (layer.kind) {
    case 'dense':
      whole(`${field}.units`, layer.units, 1);
      break;
    case 'conv2d':
      whole(`${field}.channels`, layer.channels, 1);
      whole(`${field}.kernel`, layer.kernel, 1);
      if (layer.padding !== undefined)
        inRange(
          `${field}.padding`,
          whole(`${field}.padding`, layer.padding, 0),
          0,
          layer.kernel - 1,
        );
      break;
    case 'max-pool':
    case 'average-pool':
      whole(`${field}.size`, layer.size, 1);
      break;
    case 'select':
      checkPositions(`${field}.positions`, layer.positions);
      break;
    case 'dropout':
      if (layer.rate !== undefined) checkedRate(`${field}.rate`, layer.rate);
      if (layer.of !== undefined) oneOf(`${field}.of`, layer.of, ['units', 'channels']);
      break;
    default:
      oneOf(`${field}.kind`, (layer as { kind: string }).kind, [
        'dense',
        'conv2d',
        'max-pool',
        'average-pool',
        'relu',
        'tanh',
        'flatten',
        'select',
        'dropout',
      ]);
  }
}

function checkPositions(field: string, positions: readonly number[]): void {
  const rising = Array.isArray(positions) && positions.length > 0;
  const good = (at: number, i: number) =>
    Number.isSafeInteger(at) && at >= 0 && (i === 0 || at > positions[i - 1]!);
  if (!rising || !positions.every(good))
    throw fieldError(field, 'whole numbers from 0, at least one, each above the last', positions);
}

function checkedInput(shape: readonly number[] | undefined): readonly number[] {
  if (!Array.isArray(shape) || (shape.length !== 1 && shape.length !== 3)) {
    throw fieldError('input.shape', '[features] or [channels, height, width]', shape);
  }
  shape.forEach((dim: number, i: number) => {
    whole(`input.shape[${i}]`, dim, 1);
  });
  return shape;
}

function presetOf(network: NetworkSpec | undefined): Preset | undefined {
  return network && 'preset' in network ? presets[network.preset] : undefined;
}
