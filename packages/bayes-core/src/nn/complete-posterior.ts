import { checkedRate, inRange, oneOf, positive, whole } from './checks.js';
import { fieldError } from './field-error.js';
import { DEFAULT_DROPOUT_RATE, type Network, usesDropout } from './network.js';
import type {
  MeanFieldSpec,
  PartialPosteriorSpec,
  PenaltySpec,
  PosteriorSpec,
  PriorSpec,
} from './posterior-spec.js';
import { presets } from './presets.js';
import type { ModelSpec, PartialModelSpec } from './spec.js';

const DEFAULT_MEMBERS = 5;

type Written<Kind> = Extract<PartialPosteriorSpec, { readonly kind: Kind }>;
type Completers = {
  readonly [Kind in PosteriorSpec['kind']]: (
    written: Written<Kind>,
    network: PartialModelSpec['network'],
  ) => Extract<PosteriorSpec, { readonly kind: Kind }>;
};

const completers: Completers = {
  point: () => ({ kind: 'point' }),
  ensemble: ({ members = DEFAULT_MEMBERS }) => ({
    kind: 'ensemble',
    members: whole('posterior.members', members, 2),
  }),
  'mc-dropout': ({ rate }, network) => {
    const preset =
      network && 'preset' in network ? presets[network.preset]?.defaultRate : undefined;
    return {
      kind: 'mc-dropout',
      rate: checkedRate('posterior.rate', rate ?? preset ?? DEFAULT_DROPOUT_RATE),
    };
  },
  'mean-field': completeMeanField,
  'concrete-dropout': ({ initialRate = 0.1, lengthScale = 1e-2 }) => ({
    kind: 'concrete-dropout',
    initialRate: checkedRate('posterior.initialRate', initialRate),
    lengthScale: positive('posterior.lengthScale', lengthScale),
  }),
};

/** @throws invalid_spec naming the field */
export function completePosterior({ posterior, network }: PartialModelSpec): PosteriorSpec {
  const written = posterior ?? { kind: 'mc-dropout' };
  const kind = oneOf('posterior.kind', written.kind, Object.keys(completers));
  return (completers[kind] as (written: PartialPosteriorSpec, network: unknown) => PosteriorSpec)(
    written,
    network,
  );
}

/**
 * Refuses what a posterior cannot be together with: its network, or its optimiser.
 * @throws invalid_spec naming the field
 */
export function checkPosteriorFits({ posterior, optimiser }: ModelSpec, network: Network): void {
  if (usesDropout(posterior) && !network.layers.some((layer) => layer.kind === 'dropout')) {
    throw fieldError(
      'posterior.kind',
      `a network with dropout layers for '${posterior.kind}'; add one, or choose 'ensemble'`,
      'a network without',
    );
  }
  if (hasPrior(posterior) && optimiser.weightDecay !== 0) {
    throw fieldError(
      'optimiser.weightDecay',
      `0 for '${posterior.kind}', where the prior already pulls weights towards zero`,
      optimiser.weightDecay,
    );
  }
}

/** Families whose loss already holds the prior of the weights. */
function hasPrior({ kind }: PosteriorSpec): boolean {
  return kind === 'mean-field' || kind === 'concrete-dropout';
}

function completeMeanField(written: Written<'mean-field'>): MeanFieldSpec {
  const prior = completePrior(written.prior ?? { kind: 'gaussian', deviation: 0.1 });
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

function completePenalty({ klShares = 'uniform', klScale = 1 }: Partial<PenaltySpec>): PenaltySpec {
  return {
    klShares: oneOf('posterior.klShares', klShares, ['uniform', 'geometric']),
    klScale: inRange('posterior.klScale', positive('posterior.klScale', klScale), 0, 1),
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
