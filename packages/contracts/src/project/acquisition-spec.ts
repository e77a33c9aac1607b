import { z } from 'zod';
import type { LabelSchema } from './label-schema.js';

/** The rules that can order a pool, with what each asks for, in words for people. */
export const ACQUISITION_RULES = {
  random: 'no rule, the line to beat',
  entropy: 'most doubt of either kind',
  'power-entropy': 'picks by chance, weighted by doubt of either kind',
  'softmax-entropy': 'picks by chance, weighted by the exponential of doubt of either kind',
  'softrank-entropy': 'picks by chance, weighted by the rank in doubt of either kind',
  'least-confidence': 'least probable best answer',
  margin: 'smallest gap between the two best answers',
  'power-margin': 'picks by chance, weighted by how small the gap between the two best answers is',
  'softmax-margin': 'picks by chance, weighted by the exponential of one less the gap',
  'softrank-margin': 'picks by chance, weighted by the rank in smallness of the gap',
  'variation-ratios': 'most votes against the favourite',
  'mean-std': 'widest spread of the probabilities',
  bald: 'most epistemic doubt first',
  'power-bald': 'picks by chance, weighted by epistemic doubt',
  'softmax-bald': 'picks by chance, weighted by the exponential of epistemic doubt',
  'softrank-bald': 'picks by chance, weighted by the rank in epistemic doubt',
  'batch-bald': 'most epistemic doubt of the batch as a whole',
  epig: 'tells most about the answers to other items of the pool',
  badge: 'would change the network most, each item in another direction',
  bait: 'leaves least expected error on the pool, by Fisher information',
  'core-set': 'so that no item is far from a labelled one',
  lcmd: 'the far end of the largest crowd without labels',
  'typical-clustering': 'typical items of different kinds, without asking the model',
  variance: 'widest spread of the predicted numbers',
  'power-variance': 'picks by chance, weighted by the spread of the predicted numbers',
  'softrank-variance': 'picks by chance, weighted by the rank in spread of the predicted numbers',
} as const;
export type AcquisitionRule = keyof typeof ACQUISITION_RULES;
export const AcquisitionRule = z.enum(
  Object.keys(ACQUISITION_RULES) as [AcquisitionRule, ...AcquisitionRule[]],
);
const ONLY_NUMBERS: readonly AcquisitionRule[] = [
  'variance',
  'power-variance',
  'softrank-variance',
];
export const CLASS_RULES: readonly AcquisitionRule[] = (
  Object.keys(ACQUISITION_RULES) as AcquisitionRule[]
).filter((rule) => !ONLY_NUMBERS.includes(rule));
export const NUMBER_RULES: readonly AcquisitionRule[] = [
  'random',
  ...ONLY_NUMBERS,
  'epig',
  'bait',
  'core-set',
  'lcmd',
  'typical-clustering',
];

/** Rules that go by doubt in nats alone: they order several choices, and several fields together. */
const NATS_RULES: readonly AcquisitionRule[] = [
  'random',
  'entropy',
  'power-entropy',
  'softmax-entropy',
  'softrank-entropy',
  'bald',
  'power-bald',
  'softmax-bald',
  'softrank-bald',
];

/** Rules that spread a batch over what the shared layers of the network see, or over the items: whatever is asked. */
const SPREAD_RULES: readonly AcquisitionRule[] = ['core-set', 'lcmd', 'typical-clustering'];

/** Rules whose queue is drawn by chance, item after item, so that the chance of each is known. */
export const CHANCE_RULES: readonly AcquisitionRule[] = (
  Object.keys(ACQUISITION_RULES) as AcquisitionRule[]
).filter((rule) => rule === 'random' || /^(power|softmax|softrank)-/.test(rule));

const BOTH_KINDS = CLASS_RULES.filter((rule) => NUMBER_RULES.includes(rule));

/** The rules that can order the pool of a project. */
export function rulesFor({ fields }: LabelSchema): readonly AcquisitionRule[] {
  const [first, ...others] = fields;
  if (others.length > 0 || first?.kind === 'choices') {
    // The likeliest number is the predicted one, which changes nothing: BADGE goes by choices.
    const hasChoices = fields.some(({ kind }) => kind !== 'number');
    return [...NATS_RULES, ...(hasChoices ? (['badge'] as const) : []), ...SPREAD_RULES];
  }
  return first?.kind === 'number' ? NUMBER_RULES : CLASS_RULES;
}

/** Why a rule does not fit what is asked, as words after "expected"; null where it does. */
export function ruleProblem(rule: AcquisitionRule, schema: LabelSchema): string | null {
  const rules = rulesFor(schema);
  if (rules.includes(rule)) return null;
  const { fields } = schema;
  const one = `${ONLY_NUMBERS.includes(rule) ? 'one number' : 'one choice'}${BOTH_KINDS.includes(rule) ? ' or one number' : ''}`;
  const why = fields.length > 1 ? `; ${rule} is made for ${one} alone` : '';
  return `one of ${rules.join(', ')} for what is asked${why}`;
}

const acquisition = {
  rule: AcquisitionRule,
  /** Of the power, softmax and softrank rules: small is random, large is top-k; null is the rule's own. */
  beta: z.number().gt(0).max(1000).nullable(),
  /** How many items a rule that looks at a batch as a whole picks jointly before it goes on one by one. */
  batchSize: z.int().min(1).max(200),
};

export const AcquisitionSpec = z.object({
  rule: acquisition.rule,
  beta: acquisition.beta.default(null),
  batchSize: acquisition.batchSize.default(10),
});
export type AcquisitionSpec = z.infer<typeof AcquisitionSpec>;

/** Some of it, as a change: what is left out is not filled in, so that it stays as it was. */
export const AcquisitionPatch = z.object(acquisition).partial();
export type AcquisitionPatch = z.infer<typeof AcquisitionPatch>;
