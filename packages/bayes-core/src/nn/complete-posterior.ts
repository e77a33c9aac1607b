import { checkedRate, inRange, oneOf, positive, whole } from './checks.js';
import { fieldError } from './field-error.js';
import { DEFAULT_DROPOUT_RATE, type Network, usesDropout } from './network.js';
import type {
  GroupSpec,
  LaplaceSpec,
  MeanFieldSpec,
  PartialPosteriorSpec,
  PenaltySpec,
  PosteriorSpec,
  PriorSpec,
} from './posterior-spec.js';
import { presets } from './presets.js';
import type { ModelSpec, OptimiserSpec, PartialModelSpec } from './spec.js';

const DEFAULT_MEMBERS = 5;

/** Step size of an optimiser that was given none. */
export function defaultLearningRate(kind: OptimiserSpec['kind'] = 'adam'): number {
  return kind === 'adam' ? 1e-3 : 1e-2;
}

type Written<Kind> = Extract<PartialPosteriorSpec, { readonly kind: Kind }>;
type Completers = {
  readonly [Kind in PosteriorSpec['kind']]: (
    written: Written<Kind>,
    partial: PartialModelSpec,
  ) => Extract<PosteriorSpec, { readonly kind: Kind }>;
};

const completers: Completers = {
  point: () => ({ kind: 'point' }),
  ensemble: ({ members = DEFAULT_MEMBERS }) => ({
    kind: 'ensemble',
    members: whole('posterior.members', members, 2),
  }),
  'mc-dropout': ({ rate }, { network }) => {
    const preset =
      network && 'preset' in network ? presets[network.preset]?.defaultRate : undefined;
    return {
      kind: 'mc-dropout',
      rate: checkedRate('posterior.rate', rate ?? preset ?? DEFAULT_DROPOUT_RATE),
    };
  },
  'mean-field': completeMeanField,
  swag: ({ epochs = 20, rank = Math.min(20, epochs), learningRate }, { optimiser }) => {
    whole('posterior.epochs', epochs, 2);
    return {
      kind: 'swag',
      epochs,
      learningRate: positive(
        'posterior.learningRate',
        learningRate ?? optimiser?.learningRate ?? defaultLearningRate(optimiser?.kind),
      ),
      rank: inRange('posterior.rank', whole('posterior.rank', rank, 2), 2, epochs),
    };
  },
  'laplace-last-layer': ({ curvature = 'kronecker', priorPrecision = 'validation' }) => ({
    kind: 'laplace-last-layer',
    curvature: oneOf('posterior.curvature', curvature, ['kronecker', 'full']),
    priorPrecision:
      typeof priorPrecision === 'string'
        ? oneOf('posterior.priorPrecision', priorPrecision, ['validation', 'evidence'])
        : positive('posterior.priorPrecision', priorPrecision),
  }),
  'group-normal-jeffreys': (written) => ({
    kind: 'group-normal-jeffreys',
    ...completeGroup(written),
  }),
  'group-horseshoe': ({ globalScale = 1e-5, ...written }) => ({
    kind: 'group-horseshoe',
    globalScale: positive('posterior.globalScale', globalScale),
    ...completeGroup(written),
  }),
  'concrete-dropout': ({ initialRate = 0.1, lengthScale = 1e-2 }) => ({
    kind: 'concrete-dropout',
    initialRate: checkedRate('posterior.initialRate', initialRate),
    lengthScale: positive('posterior.lengthScale', lengthScale),
  }),
};

/** @throws invalid_spec naming the field */
export function completePosterior(partial: PartialModelSpec): PosteriorSpec {
  const written = partial.posterior ?? { kind: 'mc-dropout' };
  const kind = oneOf('posterior.kind', written.kind, Object.keys(completers));
  const complete = completers[kind] as (
    written: PartialPosteriorSpec,
    partial: PartialModelSpec,
  ) => PosteriorSpec;
  return complete(written, partial);
}

/**
 * Refuses what a posterior cannot be together with: its network, or its optimiser.
 * @throws invalid_spec naming the field
 */
export function checkPosteriorFits(
  { posterior, optimiser, output }: ModelSpec,
  network: Network,
): void {
  if (usesDropout(posterior) && !network.layers.some((layer) => layer.kind === 'dropout')) {
    throw fieldError(
      'posterior.kind',
      `a network with dropout layers for '${posterior.kind}'; add one, or choose 'ensemble'`,
      'a network without',
    );
  }
  const isPlain =
    (output.kind === 'class' && !output.logitNoise) ||
    (output.kind === 'number' && output.noise !== 'per-item');
  if (posterior.kind === 'laplace-last-layer' && !isPlain)
    throw fieldError(
      'posterior.kind',
      "another posterior than 'laplace-last-layer' for several choices, several fields and predicted noise",
      posterior.kind,
    );
  if (posterior.kind === 'laplace-last-layer') checkLaplace(posterior, network);
  if (hasPrior(posterior) && optimiser.weightDecay !== 0) {
    throw fieldError(
      'optimiser.weightDecay',
      `0 for '${posterior.kind}', where the prior already pulls weights towards zero`,
      optimiser.weightDecay,
    );
  }
}

/**
 * Refuses networks that a posterior cannot be fitted to, though one that is fitted may be used with
 * them.
 * @throws invalid_spec naming the field
 */
export function checkFitting({ posterior }: ModelSpec, network: Network): void {
  if (posterior.kind === 'group-horseshoe') checkHorseshoe(network);
}

/** Eigenvectors of a curvature take about 9 n^3 operations: seconds at these sizes. */
const [MOST_FULL, MOST_KRONECKER] = [1536, 2048];

function checkLaplace({ curvature }: LaplaceSpec, { layers, outputs }: Network): void {
  const inputs = layers.at(-1)!.inputShape[0]! + 1;
  if (inputs > MOST_KRONECKER) {
    throw fieldError(
      'posterior.kind',
      `a last layer of at most ${MOST_KRONECKER - 1} inputs for 'laplace-last-layer'; add a narrower layer before it`,
      inputs - 1,
    );
  }
  if (curvature === 'full' && inputs * outputs > MOST_FULL) {
    throw fieldError(
      'posterior.curvature',
      `'kronecker' for a last layer of more than ${MOST_FULL} weights (here ${inputs * outputs})`,
      curvature,
    );
  }
}

/**
 * A scale of the layer and one of each group cannot be told apart when there are hardly any groups.
 */
const FEWEST_GROUPS = 3;

function checkHorseshoe({ layers }: Network): void {
  for (const layer of layers) {
    if (layer.kind !== 'dense' && layer.kind !== 'conv2d') continue;
    const [what, groups] =
      layer.kind === 'dense'
        ? ['inputs', layer.inputShape[0]!]
        : ['filters', layer.outputShape[0]!];
    if (groups! >= FEWEST_GROUPS) continue;
    throw fieldError(
      'posterior.kind',
      `at least ${FEWEST_GROUPS} ${what} of layer '${layer.name}' for 'group-horseshoe'; with fewer, choose 'group-normal-jeffreys'`,
      groups,
    );
  }
}

/** Families whose loss already holds the prior of the weights. */
function hasPrior({ kind }: PosteriorSpec): boolean {
  return kind === 'mean-field' || kind === 'concrete-dropout' || kind.startsWith('group-');
}

function completeMeanField(written: Written<'mean-field'>): MeanFieldSpec {
  const prior = completePrior(written.prior ?? { kind: 'gaussian', deviation: 1 });
  const local = prior.kind !== 'scale-mixture';
  const {
    estimator = local ? 'local-reparameterisation' : 'weight-sampling',
    initialDeviation = 0.02,
  } = written;
  oneOf('posterior.estimator', estimator, [
    'weight-sampling',
    'local-reparameterisation',
    'flipout',
  ]);
  if (estimator === 'local-reparameterisation' && !local) {
    throw fieldError(
      'posterior.estimator',
      "'weight-sampling' or 'flipout' for a scale mixture: its KL divergence has no closed form and needs sampled weights",
      estimator,
    );
  }
  return {
    kind: 'mean-field',
    estimator,
    prior,
    initialDeviation: positive('posterior.initialDeviation', initialDeviation),
    ...completePenalty(written),
  };
}

function completeGroup(
  written: Partial<Omit<GroupSpec, 'kind'>>,
): Omit<GroupSpec, 'kind' | 'globalScale'> {
  const { initialDeviation = 0.02, firstVarianceAtMost } = written;
  positive('posterior.initialDeviation', initialDeviation);
  if (firstVarianceAtMost !== undefined) {
    positive('posterior.firstVarianceAtMost', firstVarianceAtMost);
    if (initialDeviation ** 2 > firstVarianceAtMost)
      throw fieldError(
        'posterior.firstVarianceAtMost',
        `at least initialDeviation^2 (${initialDeviation ** 2}), where training begins`,
        firstVarianceAtMost,
      );
  }
  return {
    initialDeviation,
    ...(firstVarianceAtMost === undefined ? {} : { firstVarianceAtMost }),
    ...completePenalty(written),
  };
}

function completePenalty({
  klShares = 'uniform',
  klScale = 1,
  klWarmUpEpochs,
}: Partial<PenaltySpec>): PenaltySpec {
  return {
    klShares: oneOf('posterior.klShares', klShares, ['uniform', 'geometric']),
    klScale: inRange('posterior.klScale', positive('posterior.klScale', klScale), 0, 1),
    ...(klWarmUpEpochs === undefined
      ? {}
      : { klWarmUpEpochs: whole('posterior.klWarmUpEpochs', klWarmUpEpochs, 1) }),
  };
}

function completePrior(prior: PriorSpec): PriorSpec {
  switch (prior.kind) {
    case 'gaussian':
      positive('posterior.prior.deviation', prior.deviation);
      return prior;
    case 'laplace':
      positive('posterior.prior.scale', prior.scale);
      return prior;
    case 'scale-mixture':
      if (!(prior.share > 0 && prior.share < 1))
        throw fieldError('posterior.prior.share', 'a share above 0 and below 1', prior.share);
      positive('posterior.prior.narrow', prior.narrow);
      if (!(positive('posterior.prior.wide', prior.wide) > prior.narrow))
        throw fieldError('posterior.prior.wide', `more than narrow (${prior.narrow})`, prior.wide);
      return prior;
    default:
      oneOf('posterior.prior.kind', (prior as { kind: string }).kind, [
        'gaussian',
        'scale-mixture',
        'laplace',
      ]);
      return prior;
  }
}
