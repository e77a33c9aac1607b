import { NumericsError } from '../errors.js';
import { weightName } from '../nn/layer.js';
import type { Network } from '../nn/network.js';
import type { Parameters } from '../nn/parameters.js';
import type { PosteriorSpec } from '../nn/spec.js';
import type { Pruning, PruningScores } from '../posterior/family.js';
import { familyOf } from '../posterior/family-of.js';
import type { FittedPosterior } from '../posterior/fitted.js';
import { rhoName } from '../posterior/gaussian-weights.js';
import { float32, type Tensor } from '../tensor.js';
import { histogramDip, type Range } from './dip.js';

export type PruneOptions = {
  /**
   * Parts with a higher score go: one number for all layers, or one by the name of a layer.
   * Default: the dip of each layer's histogram.
   */
  readonly threshold?: number | Readonly<Record<string, number>> | undefined;
};

/** What became of one layer's parts, and why. */
export type PrunedLayer = PruningScores & {
  /** What scores higher was pruned. */
  readonly threshold: number;
  /**
   * Given by hand, found in the dip of the histogram, or, for want of one, where noise is beyond
   * uncertainty.
   */
  readonly origin: 'given' | 'dip' | 'limit';
  /** 1 = kept. */
  readonly keep: Uint8Array;
};

export type PrunedNetwork = {
  /** Mean weights of the full network, 0 where they were pruned. */
  readonly parameters: Parameters;
  /** The posterior's own tensors, with weights that were pruned certain to be 0. */
  readonly fitted: Parameters;
  readonly layers: readonly PrunedLayer[];
};

/**
 * Sets to zero what is mostly noise: inputs and filters by log alpha or by the mode of their scale
 * (Louizos, Ullrich & Welling 2017, section 4.1), single weights by their signal-to-noise ratio
 * (Blundell et al. 2015, section 5.1).
 * @throws not_compressible when the posterior does not say which weights are noise
 */
export function prune(
  { spec, members }: FittedPosterior,
  network: Network,
  { threshold }: PruneOptions = {},
): PrunedNetwork {
  const family = familyOf(spec.posterior);
  const { scores } = pruningOf(spec.posterior);
  const fitted = members[0]!.parameters;
  const layers = scores(network, fitted).map((each) =>
    judged(each, givenFor(threshold, each.layer)),
  );
  const mean: Record<string, Tensor> = { ...family.meanNetwork(network, fitted) };
  const own: Record<string, Tensor> = { ...fitted };
  for (const { tensors, keep } of layers) {
    for (const name of tensors) {
      mean[name] = masked(mean[name]!, keep, 0);
      own[name] = masked(own[name]!, keep, 0);
      own[rhoName(name)] = masked(own[rhoName(name)]!, keep, CERTAIN);
    }
  }
  const parameters = network.parameters.map(({ name }) => [name, mean[name]!] as const);
  return { parameters: Object.fromEntries(parameters), fitted: own, layers };
}

/** A rho whose deviation is 0 in float32. */
const CERTAIN = -200;

function masked({ data, shape }: Tensor, keep: Uint8Array, otherwise: number): Tensor {
  const block = data.length / keep.length;
  const left = Float32Array.from(data, (w, i) => (keep[Math.floor(i / block)] ? w : otherwise));
  return float32(left, shape);
}

/** @throws not_compressible */
export function pruningOf(spec: PosteriorSpec): Pruning {
  const { pruning } = familyOf(spec);
  if (pruning) return pruning;
  throw new NumericsError(
    'not_compressible',
    `Compression: expected posterior 'group-normal-jeffreys', 'group-horseshoe' or 'mean-field', which say how much of each weight is noise, got '${spec.kind}'.`,
    { kind: spec.kind },
  );
}

/** Whether `compressPosterior` takes posteriors of this kind. */
export function isCompressible(spec: PosteriorSpec): boolean {
  return familyOf(spec).pruning !== null;
}

function givenFor(threshold: PruneOptions['threshold'], layer: string): number | undefined {
  return typeof threshold === 'object' ? threshold[layer] : threshold;
}

/**
 * Where each measure leaves room for uncertainty, and a dip is looked for. Below, a part is surely
 * signal; above, surely noise:
 * that is where it is cut when there is no dip. ln alpha = 3 is a dropout rate of .95 (Molchanov,
 * Ashukha & Vetrov 2017, section 5), 0 dB a deviation as large as the mean.
 */
const UNCERTAIN: Readonly<Record<PruningScores['measure'], Range>> = {
  'log-alpha': { from: -5, to: 3 },
  'negative-log-mode': { from: 0, to: 5 },
  noise: { from: -20, to: 0 },
};

function judged(scores: PruningScores, given: number | undefined): PrunedLayer {
  const range = UNCERTAIN[scores.measure];
  const dip = given === undefined ? histogramDip(scores.values, range) : null;
  const threshold = given ?? dip?.at ?? range.to;
  return {
    ...scores,
    threshold,
    origin: given !== undefined ? 'given' : dip ? 'dip' : 'limit',
    keep: Uint8Array.from(scores.values, (v) => Number(v <= threshold)),
  };
}

/**
 * How much each input of the first layer sways it: the root of the sum of its squared weights, per
 * unit of the input.
 */
export function inputImportance(network: Network, parameters: Parameters): Float64Array | null {
  const first = network.layers.find(({ kind }) => kind === 'dense' || kind === 'conv2d');
  if (first?.kind !== 'dense') return null;
  const { data } = parameters[weightName(first)]!;
  const width = first.outputShape[0]!;
  return Float64Array.from({ length: first.inputShape[0]! }, (_, i) =>
    Math.hypot(...data.subarray(i * width, (i + 1) * width)),
  );
}
