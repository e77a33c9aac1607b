import { biasName, weightName } from '../nn/layer.js';
import type { Parameters } from '../nn/parameters.js';
import type { ModelSpec } from '../nn/spec.js';
import { familyOf, networkOf } from '../posterior/family-of.js';
import { type FittedPosterior, fittedPosterior } from '../posterior/fitted.js';
import { type BitWidth, bitWidth, roundedTo } from './bit-widths.js';
import { compactNetwork } from './compact.js';
import type { LiveLayer } from './liveness.js';
import { inputImportance, type PrunedLayer, type PruneOptions, prune, pruningOf } from './prune.js';

/** One layer before and after. */
export type CompressedLayer = {
  readonly name: string;
  readonly kind: 'dense' | 'conv2d';
  readonly inputs: BeforeAfter;
  /** Units or filters. */
  readonly outputs: BeforeAfter;
  /** Weights and biases, as they are stored. */
  readonly numbers: BeforeAfter;
  /** Of those that are left, how many are not 0; fewer where single weights were pruned. */
  readonly nonZero: number;
  readonly width: BitWidth;
  readonly pruned: PrunedLayer;
};
export type BeforeAfter = { readonly before: number; readonly after: number };

export type CompressedPosterior = {
  /**
   * The smaller network with its mean weights, a posterior of kind 'point': predicts, is saved and
   * exported like any other.
   */
  readonly small: FittedPosterior;
  /**
   * The same with what the posterior knows of the weights that are left: as small, and it still has
   * samples and uncertainties.
   */
  readonly uncertain: FittedPosterior;
  /** `small` with weights as their bit widths can hold them. */
  readonly rounded: FittedPosterior;
  readonly layers: readonly CompressedLayer[];
  /** All weights and biases. */
  readonly numbers: BeforeAfter;
  /**
   * 32 for each number before; after, each layer's own width, and one for each input that might
   * have been selected.
   */
  readonly bits: BeforeAfter;
  /**
   * How much each feature of an item sways the first layer, 0 where it is not read; null where
   * filters come first.
   */
  readonly importance: Float64Array | null;
};

const BITS_OF_FLOAT = 32;

/**
 * The certain network of mean weights that a posterior stands for, as large as it was trained.
 * What a compressed one is compared with.
 */
export function meanPosterior(posterior: FittedPosterior): FittedPosterior {
  const network = networkOf(posterior);
  const mean = familyOf(posterior.spec.posterior).meanNetwork(
    network,
    posterior.members[0]!.parameters,
  );
  const own = network.parameters.map(({ name }) => [name, mean[name]!] as const);
  return certain(posterior, posterior.spec, Object.fromEntries(own));
}

/**
 * A really smaller network out of a posterior that knows which of its weights are noise (Louizos,
 * Ullrich & Welling 2017):
 * prune, leave out what is then of no use, and give each layer the bits that its posterior variance
 * deserves.
 * @throws not_compressible for families that do not say which weights are noise
 * @throws nothing_left when not one input of a layer would be left
 */
export function compressPosterior(
  posterior: FittedPosterior,
  options: PruneOptions = {},
): CompressedPosterior {
  const { variances } = pruningOf(posterior.spec.posterior);
  const network = networkOf(posterior);
  const pruned = prune(posterior, network, options);
  const compact = compactNetwork(network, pruned.parameters);
  const weights = compact.cut(pruned.parameters);
  const spread = compact.cut(variances(network, posterior.members[0]!.parameters));
  const layers = compact.live.map((live) =>
    describe(live, pruned.layers.find(({ layer }) => layer === live.layer.name)!, weights, spread),
  );
  const rounded = { ...weights };
  layers.forEach(({ width }, i) => {
    const { layer } = compact.live[i]!;
    for (const name of [weightName(layer), biasName(layer)])
      rounded[name] = roundedTo(width, weights[name]!);
  });
  const spec = { ...posterior.spec, network: { layers: compact.layers } };
  const stored = layers.reduce((sum, { numbers, width }) => sum + numbers.after * width.bits, 0);
  const numbers = {
    before: total(layers, ({ numbers: { before } }) => before),
    after: total(layers, ({ numbers: { after } }) => after),
  };
  return {
    small: certain(posterior, spec, weights),
    uncertain: fittedPosterior({
      ...posterior,
      spec,
      members: [{ index: 0, parameters: compact.cut(pruned.fitted) }],
    }),
    rounded: certain(posterior, spec, rounded),
    layers,
    numbers,
    bits: {
      before: BITS_OF_FLOAT * numbers.before,
      after: stored + compact.choices,
    },
    importance: inputImportance(network, pruned.parameters),
  };
}

function certain(
  { seed, targetScale, history }: FittedPosterior,
  spec: ModelSpec,
  parameters: Parameters,
): FittedPosterior {
  return fittedPosterior({
    spec: { ...spec, posterior: { kind: 'point' } },
    seed,
    targetScale,
    history,
    members: [{ index: 0, parameters }],
  });
}

function describe(
  { layer, inputs, outputs }: LiveLayer,
  pruned: PrunedLayer,
  weights: Parameters,
  variances: Parameters,
): CompressedLayer {
  const [weight, bias] = [weights[weightName(layer)]!, weights[biasName(layer)]!];
  const cells = layer.kind === 'conv2d' ? layer.kernel ** 2 : 1;
  const all = [...(weight.data as Float32Array), ...(bias.data as Float32Array)];
  return {
    name: layer.name,
    kind: layer.kind,
    inputs: counted(inputs),
    outputs: counted(outputs),
    numbers: { before: (inputs.length * cells + 1) * outputs.length, after: all.length },
    nonZero: all.filter((w) => w !== 0).length,
    width: bitWidth(weight.data, variances[weightName(layer)]!.data),
    pruned,
  };
}

function counted(on: Uint8Array): BeforeAfter {
  return { before: on.length, after: total([...on], (x) => x) };
}

function total<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}
