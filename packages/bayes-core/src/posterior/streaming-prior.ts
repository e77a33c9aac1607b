import { NumericsError } from '../errors.js';
import { fieldError } from '../nn/field-error.js';
import type { Network } from '../nn/network.js';
import type { Parameters } from '../nn/parameters.js';
import type { MeanFieldSpec } from '../nn/posterior-spec.js';
import type { ModelSpec } from '../nn/spec.js';
import { familyOf } from './family-of.js';
import type { FittedPosterior } from './fitted.js';

/**
 * Refuses posteriors whose training cannot begin from a belief of its own.
 * @throws invalid_spec naming posterior.kind
 */
export function requireBelief(spec: ModelSpec, what: string): MeanFieldSpec {
  const { posterior } = spec;
  if (posterior.kind === 'mean-field') return posterior;
  throw fieldError('posterior.kind', `'mean-field' for ${what}`, posterior.kind);
}

/**
 * The weights of the streaming prior, where they can be today's prior: same network, input, output
 * and posterior (its estimator, prior and first deviations aside, which no longer matter), and the
 * same factor on the KL divergence.
 * @throws weights_mismatch naming the first field that differs
 */
export function priorFrom(
  spec: ModelSpec,
  network: Network,
  streamingPrior: FittedPosterior,
): Parameters {
  const { posterior } = streamingPrior.spec;
  const klScale = (each: ModelSpec['posterior']) => ('klScale' in each ? each.klScale : undefined);
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['network', streamingPrior.spec.network, spec.network],
    ['input', streamingPrior.spec.input, spec.input],
    ['output', streamingPrior.spec.output, spec.output],
    ['posterior.kind', posterior.kind, spec.posterior.kind],
    ['posterior.klScale', klScale(posterior), klScale(spec.posterior)],
  ];
  for (const [field, got, expected] of pairs) {
    if (JSON.stringify(got) === JSON.stringify(expected)) continue;
    throw new NumericsError(
      'weights_mismatch',
      `A posterior is the prior of a fit of the same weights: field '${field}' of its spec is ${JSON.stringify(got)}, the fit has ${JSON.stringify(expected)}. Fit all rows anew, or keep the spec.`,
      { field, got, expected },
    );
  }
  const { parameters } = streamingPrior.members[0]!;
  return Object.fromEntries(
    familyOf(spec.posterior)
      .savedSlots(network)
      .map(({ name }) => [name, parameters[name]!]),
  );
}
