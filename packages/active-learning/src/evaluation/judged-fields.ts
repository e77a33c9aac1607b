import type { PoolMoments, SingleMoments } from '@dubio/bayes-core/pure';
import { type AskedFields, fieldTargets } from '../labels/training-set.js';
import type { Judged } from './trust.js';

/** What was predicted and what is true, field by field. */
export function judgedFields(
  asked: AskedFields,
  moments: PoolMoments,
  targets: Float64Array,
): Judged[] {
  return fieldTargets(asked, targets).map((own, k) => ({
    moments: momentsOf(moments, k),
    targets: own,
  }));
}

export const momentsOf = (moments: PoolMoments, index: number): SingleMoments =>
  moments.kind === 'fields' ? moments.fields[index]!.moments : moments;
