import type { ItemId, LeasedItem, LeaseId } from '@dubio/contracts';
import { describe, expect, it } from 'vitest';
import {
  advance,
  dropLost,
  EMPTY_QUEUE,
  heldItems,
  putBack,
  receive,
  reorder,
} from './lease-queue';

function leased(name: string): LeasedItem {
  return {
    leaseId: `lease-${name}` as LeaseId,
    item: {
      id: name as ItemId,
      externalId: name,
      ordinal: 0,
      kind: 'image',
      split: 'pool',
      state: 'pool',
      payload: {},
      imageUrl: null,
      label: null,
      createdAt: '2026-11-23T15:42:10.000Z',
    },
    origin: 'acquisition',
    rank: 1,
    generation: 1,
    expiresAt: '2026-11-23T15:47:10.000Z',
    uncertainty: null,
    epistemicQuantile: null,
  };
}
const all = (...names: string[]) => names.map(leased);
const names = (queue: { front: LeasedItem | null; ahead: readonly LeasedItem[] }) =>
  heldItems(queue).map((each) => each.item.id);

describe('the queue of leases', () => {
  it('puts the first lease in front and the rest behind it, in the order given', () => {
    const queue = receive(EMPTY_QUEUE, all('a', 'b', 'c'));
    expect(queue.front?.item.id).toBe('a');
    expect(names(queue)).toEqual(['a', 'b', 'c']);
  });

  it('never holds an item twice, and leaves out what was answered already', () => {
    const queue = receive(receive(EMPTY_QUEUE, all('a', 'b')), all('b', 'c', 'd'), new Set(['d']));
    expect(names(queue)).toEqual(['a', 'b', 'c']);
  });

  it('steps forward and comes back', () => {
    const queue = receive(EMPTY_QUEUE, all('a', 'b', 'c'));
    const next = advance(queue);
    expect(names(next)).toEqual(['b', 'c']);
    expect(names(putBack(next, leased('a')))).toEqual(['a', 'b', 'c']);
  });

  it('is empty after the last one', () => {
    expect(advance(receive(EMPTY_QUEUE, all('a')))).toEqual(EMPTY_QUEUE);
  });

  it('lets go of lost leases, but never of the item in front', () => {
    const queue = dropLost(receive(EMPTY_QUEUE, all('a', 'b', 'c')), ['lease-a', 'lease-b']);
    expect(names(queue)).toEqual(['a', 'c']);
  });

  it('re-orders what is ahead, keeps the front, and counts what is new', () => {
    const queue = receive(EMPTY_QUEUE, all('a', 'b', 'c', 'd'));
    const { queue: next, changed, of } = reorder(queue, all('x', 'c', 'a', 'y'));
    expect(names(next)).toEqual(['a', 'x', 'c', 'y']);
    expect([changed, of]).toEqual([2, 3]);
  });
});
