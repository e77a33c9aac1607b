import { z } from 'zod';

/** The rules that can order a pool, with what each asks for, in words for people. */
export const ACQUISITION_RULES = {
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
} as const;
export type AcquisitionRule = keyof typeof ACQUISITION_RULES;
export const AcquisitionRule = z.enum(
  Object.keys(ACQUISITION_RULES) as [AcquisitionRule, ...AcquisitionRule[]],
);
export const CLASS_RULES: readonly AcquisitionRule[] = (
  Object.keys(ACQUISITION_RULES) as AcquisitionRule[]
).filter((rule) => rule !== 'variance' && rule !== 'power-variance');
export const NUMBER_RULES: readonly AcquisitionRule[] = ['random', 'variance', 'power-variance'];

export const AcquisitionSpec = z.object({
  rule: AcquisitionRule.default('power-bald'),
  /** beta of the power and softmax rules: 0 is random, large is top-k. */
  beta: z.number().gt(0).max(1000).default(8),
  /** How many items BatchBALD picks jointly before it goes on by BALD. */
  batchSize: z.int().min(1).max(200).default(10),
});
export type AcquisitionSpec = z.infer<typeof AcquisitionSpec>;
