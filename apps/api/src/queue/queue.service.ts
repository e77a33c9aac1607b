import { type LabellingStatus, type LeasedItem, LeaseId } from '@dubio/contracts';
import {
  createStatusReader,
  type LeaseRow,
  leaseItems,
  releaseLeases,
  renewLeases,
} from '@dubio/labelling';
import { Injectable } from '@nestjs/common';
import type { Actor, Place } from '../frame/call.js';
import { toLeasedItem } from './leased-item.mapper.js';
import { type LeasedRow, QueueRepository } from './queue.repository.js';

type Labeller = { projectId: string; actor: Actor; place: Place };

function toLeasedItems(
  leases: readonly LeaseRow[],
  rows: readonly LeasedRow[],
  showModel: boolean,
): LeasedItem[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return leases.flatMap((lease) => {
    const row = byId.get(lease.itemId);
    return row ? [toLeasedItem(lease, row, showModel ? row : null)] : [];
  });
}

@Injectable()
export class QueueService {
  private readonly readStatus = createStatusReader();

  constructor(private readonly repository: QueueRepository) {}

  /** Annotators see what the model thinks only where the project says so: it biases people. */
  status(who: Labeller): Promise<LabellingStatus> {
    return this.readStatus(this.repository.database, {
      projectId: who.projectId,
      userId: who.actor.userId,
      seesModel: who.place.role !== 'annotator',
    });
  }

  async lease(
    who: Labeller,
    wish: { count: number; holding: readonly string[] },
  ): Promise<{ leased: LeasedItem[]; status: LabellingStatus }> {
    const leases = await leaseItems(this.repository.database, {
      projectId: who.projectId,
      userId: who.actor.userId,
      ...wish,
    });
    const [status, rows] = await Promise.all([
      this.status(who),
      this.repository.listLeased(leases),
    ]);
    return { leased: toLeasedItems(leases, rows, status.showModel), status };
  }

  /** Leases with their items; with the figures of uncertainty only for those who may see them. */
  async show(leases: readonly LeaseRow[], showModel: boolean): Promise<LeasedItem[]> {
    return toLeasedItems(leases, await this.repository.listLeased(leases), showModel);
  }

  async renew(who: Labeller, leaseIds: readonly string[]) {
    const { renewed, lost } = await renewLeases(this.repository.database, {
      projectId: who.projectId,
      userId: who.actor.userId,
      leaseIds,
    });
    return {
      renewed: renewed.map((lease) => ({
        leaseId: LeaseId.parse(lease.leaseId),
        expiresAt: lease.expiresAt.toISOString(),
      })),
      lost: lost.map((id) => LeaseId.parse(id)),
    };
  }

  async release(who: Labeller, leaseIds: readonly string[]): Promise<void> {
    await releaseLeases(this.repository.database, {
      projectId: who.projectId,
      userId: who.actor.userId,
      leaseIds,
    });
  }
}
