import { type AcquisitionRule, RULES } from '@dubio/contracts/catalogue';

/** Rules of one kind share a colour and are told apart by name. */
const COLOURS: Record<AcquisitionRule, number> = {
  random: 4,
  entropy: 5,
  'power-entropy': 5,
  'softmax-entropy': 5,
  'softrank-entropy': 5,
  'least-confidence': 1,
  margin: 2,
  'power-margin': 2,
  'softmax-margin': 2,
  'softrank-margin': 2,
  'variation-ratios': 6,
  'mean-std': 7,
  bald: 3,
  'power-bald': 0,
  'softmax-bald': 8,
  'softrank-bald': 8,
  'batch-bald': 9,
  epig: 1,
  badge: 6,
  bait: 7,
  'core-set': 5,
  lcmd: 3,
  'typical-clustering': 8,
  variance: 2,
  'power-variance': 0,
  'softrank-variance': 6,
};

/** A rule as the field writes it. */
export const ruleName = (rule: AcquisitionRule): string => RULES[rule].label;
/** Its place among the ten class colours. */
export const ruleColour = (rule: AcquisitionRule): number => COLOURS[rule];
/** At the start of a sentence. */
export const ruleTitle = (rule: AcquisitionRule): string =>
  ruleName(rule).charAt(0).toUpperCase() + ruleName(rule).slice(1);
