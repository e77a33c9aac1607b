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
