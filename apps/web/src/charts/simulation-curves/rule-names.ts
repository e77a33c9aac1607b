import type { AcquisitionRule, LabelSchema } from '@dubio/contracts';

/** Rules as the field writes them, each with a colour; rules of one kind share theirs and are told apart by name. */
const RULES: Record<AcquisitionRule, { readonly name: string; readonly colour: number }> = {
  random: { name: 'random', colour: 4 },
  entropy: { name: 'entropy', colour: 5 },
  'power-entropy': { name: 'power entropy', colour: 5 },
  'softmax-entropy': { name: 'softmax entropy', colour: 5 },
  'softrank-entropy': { name: 'softrank entropy', colour: 5 },
  'least-confidence': { name: 'least confidence', colour: 1 },
  margin: { name: 'margin', colour: 2 },
  'power-margin': { name: 'power margin', colour: 2 },
  'softmax-margin': { name: 'softmax margin', colour: 2 },
  'softrank-margin': { name: 'softrank margin', colour: 2 },
  'variation-ratios': { name: 'variation ratios', colour: 6 },
  'mean-std': { name: 'mean std', colour: 7 },
  bald: { name: 'BALD', colour: 3 },
  'power-bald': { name: 'PowerBALD', colour: 0 },
  'softmax-bald': { name: 'SoftmaxBALD', colour: 8 },
  'softrank-bald': { name: 'SoftrankBALD', colour: 8 },
  'batch-bald': { name: 'BatchBALD', colour: 9 },
  epig: { name: 'EPIG', colour: 1 },
  badge: { name: 'BADGE', colour: 6 },
  bait: { name: 'BAIT', colour: 7 },
  'core-set': { name: 'core-set', colour: 5 },
  lcmd: { name: 'LCMD', colour: 3 },
  'typical-clustering': { name: 'typical clustering', colour: 8 },
  variance: { name: 'variance', colour: 2 },
  'power-variance': { name: 'power variance', colour: 0 },
  'softrank-variance': { name: 'softrank variance', colour: 6 },
};

export const ruleName = (rule: AcquisitionRule): string => RULES[rule].name;
/** Its place among the ten class colours. */
export const ruleColour = (rule: AcquisitionRule): number => RULES[rule].colour;
/** At the start of a sentence. */
export const ruleTitle = (rule: AcquisitionRule): string =>
  RULES[rule].name.charAt(0).toUpperCase() + RULES[rule].name.slice(1);

/** What a rule asks for, in words for people. */
export const RULE_WORDS: Record<AcquisitionRule, string> = {
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
};

const NUMBER_RULES: readonly AcquisitionRule[] = [
  'power-variance',
  'variance',
  'softrank-variance',
  'epig',
  'lcmd',
  'bait',
  'core-set',
  'typical-clustering',
  'random',
];
const CLASS_RULES: readonly AcquisitionRule[] = [
  'power-bald',
  'batch-bald',
  'bald',
  'softmax-bald',
  'softrank-bald',
  'epig',
  'badge',
  'bait',
  'margin',
  'power-margin',
  'softmax-margin',
  'softrank-margin',
  'entropy',
  'power-entropy',
  'softmax-entropy',
  'softrank-entropy',
  'least-confidence',
  'variation-ratios',
  'mean-std',
  'core-set',
  'lcmd',
  'typical-clustering',
  'random',
];

/** Rules that go by doubt in nats alone: several choices, several fields. */
const NATS_RULES: readonly AcquisitionRule[] = [
  'power-bald',
  'bald',
  'softmax-bald',
  'softrank-bald',
  'entropy',
  'power-entropy',
  'softmax-entropy',
  'softrank-entropy',
];

/** Rules by what the fields share, or by the items alone. */
const SPREAD_RULES: readonly AcquisitionRule[] = ['core-set', 'lcmd', 'typical-clustering'];

/** The rules that fit what is asked. */
export function rulesFor({ fields }: LabelSchema): readonly AcquisitionRule[] {
  const [first, ...others] = fields;
  if (others.length > 0 || first?.kind === 'choices') {
    const hasChoices = fields.some(({ kind }) => kind !== 'number');
    return [...NATS_RULES, ...(hasChoices ? (['badge'] as const) : []), ...SPREAD_RULES, 'random'];
  }
  return first?.kind === 'number' ? NUMBER_RULES : CLASS_RULES;
}

/** Whether a rule draws its queue by chance, item after item: only then labels can be levelled. */
export const drawsByChance = (rule: AcquisitionRule): boolean =>
  rule === 'random' || /^(power|softmax|softrank)-/.test(rule);
