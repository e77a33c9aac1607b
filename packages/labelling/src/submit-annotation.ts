import type { AnnotationInput, ErrorCode } from '@dubio/contracts';
import { type Database, LastStatement, newId, type Transaction } from '@dubio/platform';
import type { AnnotationRow } from './annotation-row.js';
import { type Author, decideAnnotation } from './decide-annotation.js';
import { type ItemContext, lockItem, type StandingAnnotation } from './item-context.js';
import {
  isRoundDue,
  isRoundNear,
  type ProjectCounts,
  requestRoundByLabels,
  settleLabel,
} from './label-store.js';
import type { LabellingProject } from './labelling-project.js';
import { lockQueueShared } from './locks.js';
import { type NewAnnotation, openSlotsFor, storeAnnotation } from './store-annotation.js';

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

/** What came of it, and the counts of the project when a label has changed with it. */
type Stored = {
  outcome: SubmitOutcome;
  changed: { project: LabellingProject; counts: ProjectCounts } | null;
};

const unchanged = (outcome: SubmitOutcome): Stored => ({ outcome, changed: null });

async function store(
  tx: Transaction,
  author: Author,
  input: AnnotationInput,
): Promise<Stored | LastStatement<Stored>> {
  const { key } = input;
  const [, { project, item, stored }] = await Promise.all([
    lockQueueShared(tx, author.projectId),
    lockItem(tx, { ...author, itemId: input.itemId, key }),
  ]);
  if (stored !== null) return unchanged(alreadyStored(stored, input));
  if (item === null) {
    const detail = `Item ${input.itemId} is not in this project.`;
    return unchanged({ key, status: 'refused', code: 'resource.not-found', detail });
  }
  const decision = decideAnnotation(project, item, author, input);
  if (!decision.taken) {
    return unchanged({ key, status: 'refused', code: decision.code, detail: decision.detail });
  }
  const { projectId, userId } = author;
  const row: NewAnnotation = {
    id: newId(),
    projectId,
    userId,
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
  const added = storeAnnotation(tx, project, row, {
    endsLease,
    entryRank: item.entry?.rank ?? null,
    openSlots: openSlotsFor(project, item, standing, leases),
  });
  // Last, because it takes the project's row, for which every other answer waits.
  const settled = endsLease ? settleLabel(tx, project, item, standing) : null;
  const both = Promise.all([added, settled]).then(([annotation, counts]) => ({
    outcome: { key, status: 'stored' as const, annotation },
    changed: counts && { project, counts },
  }));
  if (!isRoundNear(project)) return new LastStatement(both);
  const { outcome, changed } = await both;
  if (changed !== null) await requestRoundByLabels(tx, project, changed.counts);
  return unchanged(outcome);
}

async function submitOne(
  database: Database,
  author: Author,
  input: AnnotationInput,
): Promise<SubmitOutcome> {
  // Flushed by the caller, so that the project's row is not held while the disk is waited for.
  const attempt = () =>
    database.transaction((tx) => store(tx, author, input), {
      durability: 'soon',
      byIndex: true,
    });
  const { outcome, changed } = await attempt().catch((error: unknown) => {
    // The same key came for two items at once: the second look finds the one that won.
    if (!isUniqueViolation(error)) throw error;
    return attempt();
  });
  // More answers than any installation has in flight came between: the round starts some labels
  // late.
  if (changed !== null && isRoundDue(changed.project, changed.counts)) {
    await database.transaction((tx) => requestRoundByLabels(tx, changed.project, changed.counts));
  }
  return outcome;
}

/**
 * Stores what a person said, each piece in a transaction of its own and exactly once by its key:
 * a bad one does not stop the others. Outcomes come in the order of the inputs, once all of it is
 * on disk.
 * @see docs/decisions/0032
 */
export async function submitAnnotations(
  database: Database,
  author: Author,
  inputs: readonly AnnotationInput[],
): Promise<SubmitOutcome[]> {
  const outcomes: SubmitOutcome[] = [];
  for (const input of inputs) outcomes.push(await submitOne(database, author, input));
  // What was stored before is flushed as well: the first try may have died before it came to this.
  if (outcomes.some(({ status }) => status !== 'refused')) await database.flush();
  return outcomes;
}
