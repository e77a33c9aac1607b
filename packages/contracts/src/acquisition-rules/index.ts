import type { LabelSchema } from '../project/label-schema.js';

// Without zod: the page loads this file at run time.

/** The rules that can order a pool, those that most projects want first, with what each asks for in words for people. */
export const ACQUISITION_RULES = {
  'power-margin': 'picks by chance, weighted by how small the gap between the two best answers is',
  margin: 'smallest gap between the two best answers',
  'softmax-margin': 'picks by chance, weighted by the exponential of one less the gap',
  'softrank-margin': 'picks by chance, weighted by the rank in smallness of the gap',
  'power-bald': 'picks by chance, weighted by epistemic doubt',
  'batch-bald': 'most epistemic doubt of the batch as a whole',
  bald: 'most epistemic doubt first',
  'softmax-bald': 'picks by chance, weighted by the exponential of epistemic doubt',
  'softrank-bald': 'picks by chance, weighted by the rank in epistemic doubt',
  'power-variance': 'picks by chance, weighted by the spread of the predicted numbers',
  variance: 'widest spread of the predicted numbers',
  'softrank-variance': 'picks by chance, weighted by the rank in spread of the predicted numbers',
  epig: 'tells most about the answers to other items of the pool',
  badge: 'would change the network most, each item in another direction',
  bait: 'leaves least expected error on the pool, by Fisher information',
  entropy: 'most doubt of either kind',
  'power-entropy': 'picks by chance, weighted by doubt of either kind',
  'softmax-entropy': 'picks by chance, weighted by the exponential of doubt of either kind',
  'softrank-entropy': 'picks by chance, weighted by the rank in doubt of either kind',
  'least-confidence': 'least probable best answer',
  'variation-ratios': 'most votes against the favourite',
  'mean-std': 'widest spread of the probabilities',
  'core-set': 'so that no item is far from a labelled one',
  lcmd: 'the far end of the largest crowd without labels',
  'typical-clustering': 'typical items of different kinds, without asking the model',
  random: 'no rule, the line to beat',
} as const;
export type AcquisitionRule = keyof typeof ACQUISITION_RULES;

const ALL = Object.keys(ACQUISITION_RULES) as AcquisitionRule[];
const of = (...rules: readonly AcquisitionRule[]): readonly AcquisitionRule[] =>
  ALL.filter((rule) => rules.includes(rule));

const ONLY_NUMBERS = of('variance', 'power-variance', 'softrank-variance');
/** Rules that spread a batch over what the shared layers of the network see, or over the items: whatever is asked. */
const SPREAD_RULES = of('core-set', 'lcmd', 'typical-clustering');
/** Rules that go by doubt in nats alone: they order several choices, and several fields together. */
const NATS_RULES = ALL.filter((rule) => /(^|-)(entropy|bald)$/.test(rule) && rule !== 'batch-bald');

export const CLASS_RULES = ALL.filter((rule) => !ONLY_NUMBERS.includes(rule));
export const NUMBER_RULES = of(...ONLY_NUMBERS, 'epig', 'bait', ...SPREAD_RULES, 'random');
const SEVERAL_RULES = of(...NATS_RULES, ...SPREAD_RULES, 'random');

/** Rules whose queue is drawn by chance, item after item, so that the chance of each is known. */
export const CHANCE_RULES = ALL.filter(
  (rule) => rule === 'random' || /^(power|softmax|softrank)-/.test(rule),
);

/** Rules that a few samples can rule items out of: only those that may still get into the queue need all of them. */
export const RACE_RULES = of(
  'power-margin',
  'margin',
  'softmax-margin',
  'power-bald',
  'bald',
  'softmax-bald',
);

/** The rules that can order the pool of a project. */
export function rulesFor({ fields }: LabelSchema): readonly AcquisitionRule[] {
  const [first, ...others] = fields;
  if (others.length > 0 || first?.kind === 'choices') {
    // The likeliest number is the predicted one, which changes nothing: BADGE goes by choices.
    const hasChoices = fields.some(({ kind }) => kind !== 'number');
    return hasChoices ? of(...SEVERAL_RULES, 'badge') : SEVERAL_RULES;
  }
  return first?.kind === 'number' ? NUMBER_RULES : CLASS_RULES;
}

/** Why a rule does not fit what is asked, as words after "expected"; null where it does. */
export function ruleProblem(rule: AcquisitionRule, schema: LabelSchema): string | null {
  const rules = rulesFor(schema);
  if (rules.includes(rule)) return null;
  const { fields } = schema;
  const isOfBoth = CLASS_RULES.includes(rule) && NUMBER_RULES.includes(rule);
  const one = `${ONLY_NUMBERS.includes(rule) ? 'one number' : 'one choice'}${isOfBoth ? ' or one number' : ''}`;
  const why = fields.length > 1 ? `; ${rule} is made for ${one} alone` : '';
  return `one of ${rules.join(', ')} for what is asked${why}`;
}
