import type { KindOf } from '../fields.js';
import { namesOf } from '../fields.js';
import { CONCRETE_DROPOUT } from './concrete-dropout.js';
import { ENSEMBLE } from './ensemble.js';
import { GROUP_HORSESHOE } from './group-horseshoe.js';
import { GROUP_NORMAL_JEFFREYS } from './group-normal-jeffreys.js';
import { LAPLACE_LAST_LAYER } from './laplace-last-layer.js';
import { MC_DROPOUT } from './mc-dropout.js';
import { MEAN_FIELD } from './mean-field.js';
import { POINT } from './point.js';
import type { PosteriorAbilities, PosteriorEntry } from './posterior-entry.js';
import { SWAG } from './swag.js';

/** How the weights of a network can be uncertain, those that most projects want first. */
export const POSTERIORS = {
  'mc-dropout': MC_DROPOUT,
  'concrete-dropout': CONCRETE_DROPOUT,
  ensemble: ENSEMBLE,
  'mean-field': MEAN_FIELD,
  swag: SWAG,
  'laplace-last-layer': LAPLACE_LAST_LAYER,
  'group-normal-jeffreys': GROUP_NORMAL_JEFFREYS,
  'group-horseshoe': GROUP_HORSESHOE,
  point: POINT,
} as const satisfies Readonly<Record<string, PosteriorEntry>>;

export type PosteriorKind = keyof typeof POSTERIORS;
export type Posterior = KindOf<'kind', typeof POSTERIORS>;

/** What posteriors of a kind can do. */
export const posteriorCan = (kind: PosteriorKind): PosteriorAbilities => POSTERIORS[kind].can;

/** The kinds that can do something, in the order of the catalogue. */
export const posteriorsThat = (
  ability: Exclude<keyof PosteriorAbilities, 'fits'>,
): readonly PosteriorKind[] => namesOf(POSTERIORS).filter((kind) => posteriorCan(kind)[ability]);

/** "'a', 'b' or 'c'", for sentences that name kinds. */
export function oneOfWords(names: readonly string[]): string {
  const quoted = names.map((name) => `'${name}'`);
  const last = quoted.at(-1) ?? '';
  return quoted.length < 2 ? last : `${quoted.slice(0, -1).join(', ')} or ${last}`;
}
