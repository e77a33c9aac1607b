import type { LabelSchema } from '../../project/label-schema.js';
import { namesOf } from '../fields.js';
import { BALD_RULES } from './bald.js';
import { ENTROPY_RULES } from './entropy.js';
import { INFORMATION_RULES } from './information.js';
import { MARGIN_RULES } from './margin.js';
import type { Asked, RuleEntry } from './rule-entry.js';
import { SPREAD_RULES } from './spread.js';
import { VARIANCE_RULES } from './variance.js';
import { VOTE_RULES } from './votes.js';

export type { Asked, Ordering, RuleEntry } from './rule-entry.js';

/** The rules that can order a pool, those that most projects want first. */
export const RULES = {
  ...MARGIN_RULES,
  ...BALD_RULES,
  ...VARIANCE_RULES,
  ...INFORMATION_RULES,
  ...ENTROPY_RULES,
  ...VOTE_RULES,
  ...SPREAD_RULES,
} as const satisfies Readonly<Record<string, RuleEntry>>;
export type AcquisitionRule = keyof typeof RULES;
/** Rules that a few samples can rule items out of. */
export type AdaptiveRule = {
  [Name in AcquisitionRule]: (typeof RULES)[Name] extends { adaptive: true } ? Name : never;
}[AcquisitionRule];

export const RULE_NAMES: readonly AcquisitionRule[] = namesOf(RULES);

export const ruleEntry = (rule: AcquisitionRule): RuleEntry => RULES[rule];
const rulesThat = (holds: (entry: RuleEntry) => boolean): readonly AcquisitionRule[] =>
  RULE_NAMES.filter((rule) => holds(ruleEntry(rule)));

/** The rules that can order items of which this is asked. */
const rulesOf = (asked: Asked): readonly AcquisitionRule[] =>
  rulesThat(({ fits }) => fits.includes(asked));
/** Rules whose queue is drawn by chance, item after item, so that the chance of each is known. */
export const CHANCE_RULES = rulesThat(({ order }) => order !== 'greatest' && order !== 'joint');
export const ADAPTIVE_RULES = rulesThat(({ adaptive }) => adaptive === true);

/** Whether `beta` says how little of the choice is chance. */
export const takesBeta = (rule: AcquisitionRule): boolean =>
  CHANCE_RULES.includes(rule) && ruleEntry(rule).order !== 'uniform';
/** Whether the rule picks `batchSize` items jointly. */
export const takesBatchSize = (rule: AcquisitionRule): boolean =>
  ruleEntry(rule).takesBatchSize === true;

/** What a label schema asks of an item, in the words of rules. */
export function askedOf({ fields }: Pick<LabelSchema, 'fields'>): Asked {
  const [first, ...others] = fields;
  return others.length > 0 || first === undefined ? 'fields' : first.kind;
}

/** The rules that can order the pool of a project. */
export function rulesFor(schema: LabelSchema): readonly AcquisitionRule[] {
  const asked = askedOf(schema);
  const rules = rulesOf(asked);
  // The likeliest number is the predicted one, which changes nothing: BADGE goes by choices.
  const hasChoices = schema.fields.some(({ kind }) => kind !== 'number');
  return asked === 'fields' && !hasChoices ? rules.filter((rule) => rule !== 'badge') : rules;
}

/**
 * By what is asked; several fields and several choices are ordered by nats, which a margin has not.
 */
export function defaultRule(schema: LabelSchema): AcquisitionRule {
  switch (askedOf(schema)) {
    case 'choice':
      return 'power-margin';
    case 'number':
      return 'power-variance';
    default:
      return 'power-bald';
  }
}

/** Why a rule does not fit what is asked, as words after "expected"; null where it does. */
export function ruleProblem(rule: AcquisitionRule, schema: LabelSchema): string | null {
  const rules = rulesFor(schema);
  if (rules.includes(rule)) return null;
  const made = [
    ...(rulesOf('choice').includes(rule) ? ['one choice'] : []),
    ...(rulesOf('number').includes(rule) ? ['one number'] : []),
  ].join(' or ');
  const why = schema.fields.length > 1 ? `; ${rule} is made for ${made} alone` : '';
  return `one of ${rules.join(', ')} for what is asked${why}`;
}
