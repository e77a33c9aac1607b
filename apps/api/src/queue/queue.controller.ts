import { api } from '@dubio/contracts';
import { Controller } from '@nestjs/common';
import type { EndpointCall, EndpointResult } from '../frame/call.js';
import { decodeCursor, toPage } from '../frame/cursor.js';
import { Endpoint } from '../frame/endpoint.decorator.js';
import { OrdinalCursor } from '../items/item.controller.js';
import { toItem } from '../items/item.mapper.js';
import { toUncertainty } from './leased-item.mapper.js';
import { QueueRepository } from './queue.repository.js';
import { QueueService } from './queue.service.js';

const { lease, renew, release, status, list } = api.queue;
type AnyQueueCall = Pick<EndpointCall<typeof status>, 'params' | 'actor' | 'place'>;

const labeller = ({ params, actor, place }: AnyQueueCall) => ({
  projectId: params.projectId,
  actor,
  place,
});

@Controller()
export class QueueController {
  constructor(
    private readonly service: QueueService,
    private readonly repository: QueueRepository,
  ) {}

  @Endpoint(lease)
  async lease(call: EndpointCall<typeof lease>): Promise<EndpointResult<typeof lease>> {
    return this.service.lease(labeller(call), call.body);
  }

  @Endpoint(renew)
  async renew(call: EndpointCall<typeof renew>): Promise<EndpointResult<typeof renew>> {
    return this.service.renew(labeller(call), call.body.leaseIds);
  }

  @Endpoint(release)
  async release(call: EndpointCall<typeof release>): Promise<void> {
    await this.service.release(labeller(call), call.body.leaseIds);
  }

  @Endpoint(status)
  async status(call: EndpointCall<typeof status>): Promise<EndpointResult<typeof status>> {
    return this.service.status(labeller(call));
  }

  @Endpoint(list)
  async list(call: EndpointCall<typeof list>): Promise<EndpointResult<typeof list>> {
    const { limit, cursor } = call.query;
    const rows = await this.repository.list(call.params.projectId, {
      afterRank: decodeCursor(OrdinalCursor, cursor)?.[0] ?? 0,
      limit,
    });
    return toPage(rows, limit, {
      show: (row) => ({
        rank: row.rank,
        item: toItem(row),
        origin: row.origin,
        state: row.entryState,
        score: row.score,
        uncertainty: toUncertainty(row),
      }),
      cursor: (row) => [row.rank],
    });
  }
}
