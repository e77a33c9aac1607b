import type { AcquisitionRule, AcquisitionSpec } from '@dubio/contracts';
import { ACQUISITION, takesBatchSize, takesBeta } from '@dubio/contracts/catalogue';
import { type Draft, DraftReader, draftOf, type Read } from '../form/draft';

export const acquisitionDraft = (spec: Omit<AcquisitionSpec, 'rule'>): Draft =>
  draftOf('', ACQUISITION, spec);

/** Reads what the rule uses; the rest, which is not on the page, stays as it was. */
export function readAcquisition(
  draft: Draft,
  rule: AcquisitionRule,
  before: Omit<AcquisitionSpec, 'rule'>,
): Read<AcquisitionSpec> {
  const reader = new DraftReader(draft);
  const { beta, batchSize } = ACQUISITION;
  return reader.done({
    rule,
    beta: takesBeta(rule) ? reader.fields('', { beta }).beta : before.beta,
    batchSize: takesBatchSize(rule) ? reader.fields('', { batchSize }).batchSize : before.batchSize,
  });
}
