import type { ItemId, LabellingStatus, LeasedItem, LeaseId } from '@dubio/contracts';
import { describe, expect, it, vi } from 'vitest';
import { ApiError } from '@/lib/api/api-error';
import { advance, EMPTY_QUEUE, heldItems, type LeaseQueue } from '../queue/lease-queue';
import type { Leases } from './labelling-api';
import { LeaseSupply } from './lease-supply';
import type { NewOrder } from './state';

const leased = (name: string): LeasedItem =>
  ({ leaseId: `lease-${name}` as LeaseId, item: { id: name as ItemId } }) as LeasedItem;

/** A queue on a server: gives its best items that this person does not hold. */
function openSupply() {
  const server = { generation: 1, order: 'abcdefghijklmnopqrst'.split(''), up: true, asked: 0 };
  const holds = new Set<string>();
  const seen = { queue: EMPTY_QUEUE as LeaseQueue, orders: [] as NewOrder[], failed: 0 };
  const waiting: LeasedItem[] = [];
  const supply = new LeaseSupply({
    api: {
      lease: async (count, holding): Promise<Leases> => {
        server.asked += 1;
        if (!server.up) throw new ApiError('network', 'No connection.');
        const known = new Set<string>(holding.map((each) => each.item.id));
        for (const name of server.order) {
          if (holds.size >= count) break;
          holds.add(name);
        }
        const given = server.order.filter((name) => holds.has(name) && !known.has(name));
        const { generation } = server;
        const status = { generation, roundNumber: generation } as LabellingStatus;
        return { leased: given.map(leased), status };
      },
      release: async (items) => {
        for (const each of items) holds.delete(each.item.id);
        return undefined;
      },
    },
    queue: () => seen.queue,
    waiting: () => waiting,
    onLeases: (queue, status) => {
      seen.queue = queue;
      supply.heardOf(status.generation);
    },
    onNewOrder: (order) => seen.orders.push(order),
    onFailure: () => {
      seen.failed += 1;
    },
  });
  const names = () =>
    heldItems(seen.queue)
      .map((each) => each.item.id)
      .join('');
  return { supply, server, seen, waiting, names };
}

describe('the supply of items', () => {
  it('puts one in front and ten behind it', async () => {
    const { supply, names } = openSupply();
    supply.start();
    await vi.waitFor(() => expect(names()).toBe('abcdefghijk'));
    supply.stop();
  });

  it('does not bring back an item whose answer is still on its way', async () => {
    const { supply, waiting, names } = openSupply();
    waiting.push(leased('a'));
    supply.start();
    await vi.waitFor(() => expect(names()).toBe('bcdefghijkl'));
    supply.stop();
  });

  it('exchanges what is ahead for the order of a new round, once, and keeps the front', async () => {
    const { supply, server, seen, names } = openSupply();
    supply.start();
    await vi.waitFor(() => expect(names()).toHaveLength(11));
    server.generation = 2;
    server.order = 'tsrqponmlkjihgfedcba'.split('');
    supply.heardOf(2);
    supply.heardOf(2);
    await vi.waitFor(() => expect(names()).toBe('atsrqponmlk'));
    expect(seen.orders).toEqual([{ round: 2, changed: 9, of: 10 }]);
    supply.stop();
  });

  it('says nothing of a new order when nothing was in front', async () => {
    const { supply, server, seen, names } = openSupply();
    server.generation = 5;
    supply.heardOf(5);
    supply.start();
    await vi.waitFor(() => expect(names()).toHaveLength(11));
    expect(seen.orders).toEqual([]);
    supply.stop();
  });

  it('keeps what it has without a connection and goes on when asked again', async () => {
    const { supply, server, seen, names } = openSupply();
    supply.start();
    await vi.waitFor(() => expect(names()).toHaveLength(11));
    server.up = false;
    for (let count = 0; count < 3; count += 1) {
      seen.queue = advance(seen.queue);
      supply.refill();
    }
    await vi.waitFor(() => expect(supply.online).toBe(false));
    expect(names()).toBe('defghijk');
    server.up = true;
    supply.wake();
    await vi.waitFor(() => expect(supply.online).toBe(true));
    supply.stop();
  });
});
