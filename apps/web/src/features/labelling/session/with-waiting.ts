import type { LabellingStatus } from '@dubio/contracts';
import type { OutboxRecord } from '../outbox/outbox-record';

/** Counts answers in that the server does not have yet: a person's own count never lags behind. */
export function withWaiting(
  status: LabellingStatus,
  waiting: readonly Pick<OutboxRecord, 'input'>[],
): LabellingStatus {
  const answers = waiting.filter((record) => record.input.kind === 'answer').length;
  const left = status.labelsUntilRound;
  return {
    ...status,
    mineToday: status.mineToday + answers,
    mineInAll: status.mineInAll + answers,
    projectLabels: status.projectLabels + answers,
    labelsUntilRound: left === null ? null : Math.max(0, left - answers),
  };
}
