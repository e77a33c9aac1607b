import type { AcquisitionRule } from '@dubio/contracts/acquisition-rules';

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
