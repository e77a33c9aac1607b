import { z } from 'zod';
import { ACQUISITION_RULES, type AcquisitionRule as Rule } from '../acquisition-rules/index.js';

export const AcquisitionRule = z.enum(Object.keys(ACQUISITION_RULES) as [Rule, ...Rule[]]);
export type AcquisitionRule = Rule;

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
