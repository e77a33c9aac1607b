import type { AcquisitionRule } from '@dubio/contracts';

/** Rules as the field writes them, each with its own colour on every screen. */
const RULES: Record<AcquisitionRule, { readonly name: string; readonly colour: number }> = {
  random: { name: 'random', colour: 4 },
  entropy: { name: 'entropy', colour: 5 },
  'least-confidence': { name: 'least confidence', colour: 1 },
  margin: { name: 'margin', colour: 2 },
  'variation-ratios': { name: 'variation ratios', colour: 6 },
  'mean-std': { name: 'mean std', colour: 7 },
  bald: { name: 'BALD', colour: 3 },
  'power-bald': { name: 'PowerBALD', colour: 0 },
  'softmax-bald': { name: 'SoftmaxBALD', colour: 8 },
  'batch-bald': { name: 'BatchBALD', colour: 9 },
  variance: { name: 'variance', colour: 2 },
  'power-variance': { name: 'power variance', colour: 0 },
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
  'least-confidence': 'least probable best answer',
  margin: 'smallest gap between the two best answers',
  'variation-ratios': 'most votes against the favourite',
  'mean-std': 'widest spread of the probabilities',
  bald: 'most epistemic doubt first',
  'power-bald': 'picks by chance, weighted by epistemic doubt',
  'softmax-bald': 'picks by chance, weighted by the exponential of epistemic doubt',
  'batch-bald': 'most epistemic doubt of the batch as a whole',
  variance: 'widest spread of the predicted numbers',
  'power-variance': 'picks by chance, weighted by the spread of the predicted numbers',
};

const NUMBER_RULES: readonly AcquisitionRule[] = ['random', 'variance', 'power-variance'];
const CLASS_RULES: readonly AcquisitionRule[] = [
  'power-bald',
  'batch-bald',
  'bald',
  'softmax-bald',
  'margin',
  'entropy',
  'least-confidence',
  'variation-ratios',
  'mean-std',
  'random',
];

/** The rules that fit what is asked: classes or numbers. */
export const rulesFor = (kind: 'choice' | 'number'): readonly AcquisitionRule[] =>
  kind === 'number' ? NUMBER_RULES : CLASS_RULES;
