import type { AnnotationInput, ErrorCode } from '@dubio/contracts';
import type pg from 'pg';
import type { Database } from '../database/database.js';
import { newId } from '../database/new-id.js';
import type { AnnotationRow } from './annotation-row.js';
import { decideAnnotation } from './decide-annotation.js';
import { type ItemContext, lockItem, type StandingAnnotation } from './item-context.js';
import { settleLabel } from './label-store.js';
import { lockQueueShared } from './locks.js';
import { type NewAnnotation, openSlotsFor, storeAnnotation } from './store-annotation.js';

export type Author = { projectId: string; userId: string };

export type SubmitOutcome =
  | { key: string; status: 'stored' | 'already-stored'; annotation: AnnotationRow }
  | { key: string; status: 'refused'; code: ErrorCode; detail: string };

const UNIQUE_VIOLATION = '23505';

const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION;

function alreadyStored(stored: AnnotationRow, input: AnnotationInput): SubmitOutcome {
  if (stored.itemId === input.itemId && stored.kind === input.kind) {
    return { key: input.key, status: 'already-stored', annotation: stored };
  }
  return {
    key: input.key,
    status: 'refused',
    code: 'idempotency.mismatch',
    detail: `The key was used for a ${stored.kind} of item ${stored.itemId}. Make a new key for each answer.`,
  };
}

/** What stands about the item once the new annotation is there. */
function standingAfter(item: ItemContext, added: NewAnnotation): StandingAnnotation[] {
  const rest = item.standing.filter((a) => a.id !== added.supersedesId);
  if (added.kind !== 'answer' && added.kind !== 'skip') return rest;
  return [...rest, { ...added, kind: added.kind }];
}

async function store(
  tx: pg.PoolClient,
  author: Author,
  input: AnnotationInput,
): Promise<SubmitOutcome> {
  const { key } = input;
  const { project, item, stored } = await lockItem(tx, { ...author, itemId: input.itemId, key });
  if (stored !== null) return alreadyStored(stored, input);
  if (item === null) {
    const detail = `Item ${input.itemId} is not in this project.`;
    return { key, status: 'refused', code: 'resource.not-found', detail };
  }
  const decision = decideAnnotation(project, item, author.userId, input);
  if (!decision.taken) {
    return { key, status: 'refused', code: decision.code, detail: decision.detail };
  }
  const row: NewAnnotation = {
    id: newId(),
    ...author,
    itemId: item.id,
    kind: input.kind,
    answer: input.kind === 'answer' ? (input.answer ?? null) : null,
    reason: input.reason ?? null,
    note: input.note ?? null,
    origin: decision.origin,
    generation: decision.generation,
    extra: decision.extra,
    durationMs: input.durationMs,
    key,
    supersedesId: decision.supersedesId,
  };
  // A flag is a remark: the item stays in front of the person and still waits for an answer.
  const endsLease = input.kind !== 'flag';
  const standing = standingAfter(item, row);
  const leases = item.activeLeases - (endsLease && item.lease?.active ? 1 : 0);
  const annotation = await storeAnnotation(tx, project, row, {
    endsLease,
    entryRank: item.entry?.rank ?? null,
    openSlots: openSlotsFor(project, item, standing, leases),
  });
  // Last, because it takes the project's row, for which every other answer waits.
  if (endsLease) await settleLabel(tx, project, item, standing);
  return { key, status: 'stored', annotation };
}

async function submitOne(
  database: Database,
  author: Author,
  input: AnnotationInput,
): Promise<SubmitOutcome> {
  const attempt = () =>
    database.transaction(async (tx) => {
      await lockQueueShared(tx, author.projectId);
      return store(tx, author, input);
    });
  try {
    return await attempt();
  } catch (error) {
    // The same key came for two items at once: the second look finds the one that won.
    if (!isUniqueViolation(error)) throw error;
    return attempt();
  }
}

/**
 * Stores what a person said, each piece in a transaction of its own and exactly once by its key:
 * a bad one does not stop the others. Outcomes come in the order of the inputs.
 */
export async function submitAnnotations(
  database: Database,
  author: Author,
  inputs: readonly AnnotationInput[],
): Promise<SubmitOutcome[]> {
  const outcomes: SubmitOutcome[] = [];
  for (const input of inputs) outcomes.push(await submitOne(database, author, input));
  return outcomes;
}
