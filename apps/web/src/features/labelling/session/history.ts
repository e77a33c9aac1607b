import type { Answer, Item, LeasedItem } from '@dubio/contracts';
import type { ResponseOf } from '@/lib/api/client';
import type { OutboxRecord } from '../outbox/outbox-record';

/** One of a person's last answers, as the strip shows it and as undo needs it. */
export type HistoryEntry = {
  readonly key: string;
  readonly item: Item;
  readonly kind: 'answer' | 'skip';
  readonly answer: Answer | null;
  readonly flagged: boolean;
  readonly state: 'waiting' | 'sent' | 'refused';
  /** Known once the server has it. */
  readonly annotationId: string | null;
  /** As it was served here; answers of earlier visits have none. */
  readonly leased: LeasedItem | null;
};

type Mine = ResponseOf<'GET /projects/:projectId/annotations/mine'>['items'];

/** How many of the last answers are kept at hand. */
export const HISTORY_LENGTH = 50;

export function entryOf(record: OutboxRecord, flagged: boolean): HistoryEntry {
  return {
    key: record.key,
    item: record.leased.item,
    kind: record.input.kind === 'skip' ? 'skip' : 'answer',
    answer: record.input.answer ?? null,
    flagged,
    state: record.refusal === null ? 'waiting' : 'refused',
    annotationId: null,
    leased: record.leased,
  };
}

/** The answers of earlier visits that still stand, newest first. */
export function entriesOf(mine: Mine): HistoryEntry[] {
  const replaced = new Set(mine.map((each) => each.supersedes).filter((id) => id !== null));
  const flagged = new Set(mine.filter((each) => each.kind === 'flag').map((each) => each.itemId));
  const entries: HistoryEntry[] = [];
  for (const each of mine) {
    if (each.kind !== 'answer' && each.kind !== 'skip') continue;
    if (replaced.has(each.id)) continue;
    entries.push({
      key: each.id,
      item: each.item,
      kind: each.kind,
      answer: each.answer,
      flagged: flagged.has(each.itemId),
      state: 'sent',
      annotationId: each.id,
      leased: null,
    });
  }
  return entries;
}
