import type { LeasedItem } from '@dubio/contracts';

/** What this page holds: the item in front of the person, and those loaded behind it. */
export type LeaseQueue = {
  readonly front: LeasedItem | null;
  readonly ahead: readonly LeasedItem[];
};

export const EMPTY_QUEUE: LeaseQueue = { front: null, ahead: [] };

/** How many items are held behind the one in front. */
export const AHEAD = 10;

export function heldItems(queue: LeaseQueue): LeasedItem[] {
  return queue.front === null ? [...queue.ahead] : [queue.front, ...queue.ahead];
}

function withFront(items: readonly LeasedItem[]): LeaseQueue {
  const [front = null, ...ahead] = items;
  return { front, ahead };
}

/** Takes new leases in behind the others; items already held, or in `except`, are left out. */
export function receive(
  queue: LeaseQueue,
  leased: readonly LeasedItem[],
  except: ReadonlySet<string> = new Set(),
): LeaseQueue {
  const held = new Map(heldItems(queue).map((each) => [each.item.id as string, each]));
  for (const each of leased) {
    if (!except.has(each.item.id) && !held.has(each.item.id)) held.set(each.item.id, each);
  }
  return withFront([...held.values()]);
}

/** The item in front was answered: the next one steps forward. */
export function advance(queue: LeaseQueue): LeaseQueue {
  return withFront(queue.ahead);
}

/** An answer was taken back: its item comes to the front, the others wait behind it. */
export function putBack(queue: LeaseQueue, leased: LeasedItem): LeaseQueue {
  const others = heldItems(queue).filter((each) => each.item.id !== leased.item.id);
  return withFront([leased, ...others]);
}

/** Leases that ran out: what is ahead goes, the item in front of the person stays. */
export function dropLost(queue: LeaseQueue, lost: readonly string[]): LeaseQueue {
  const gone = new Set<string>(lost);
  return { front: queue.front, ahead: queue.ahead.filter((each) => !gone.has(each.leaseId)) };
}

/**
 * A new round re-ordered the queue: what is ahead is replaced, the item in front stays. `changed`
 * counts the next items that were not there before.
 */
export function reorder(
  queue: LeaseQueue,
  leased: readonly LeasedItem[],
  except: ReadonlySet<string> = new Set(),
): { queue: LeaseQueue; changed: number; of: number } {
  const before = new Set<string>(queue.ahead.map((each) => each.item.id));
  const start: LeaseQueue = { front: queue.front, ahead: [] };
  const next = receive(start, leased, except);
  const changed = next.ahead.filter((each) => !before.has(each.item.id)).length;
  return { queue: next, changed, of: next.ahead.length };
}
