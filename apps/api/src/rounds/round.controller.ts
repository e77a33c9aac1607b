import { api } from '@dubio/contracts';
import { Controller } from '@nestjs/common';
import type { EndpointCall, EndpointResult } from '../frame/call.js';
import { decodeCursor, toPage } from '../frame/cursor.js';
import { Endpoint } from '../frame/endpoint.decorator.js';
import { OrdinalCursor } from '../items/item.controller.js';
import { toRound } from './round.mapper.js';
import { RoundRepository } from './round.repository.js';
import { RoundService } from './round.service.js';

const { start, list, get, cancel } = api.rounds;

@Controller()
export class RoundController {
  constructor(
    private readonly service: RoundService,
    private readonly repository: RoundRepository,
  ) {}

  @Endpoint(start)
  async start(call: EndpointCall<typeof start>): Promise<EndpointResult<typeof start>> {
    return this.service.start(call.actor, call.place);
  }

  @Endpoint(list)
  async list(call: EndpointCall<typeof list>): Promise<EndpointResult<typeof list>> {
    const { limit, cursor } = call.query;
    const rows = await this.repository.list(call.params.projectId, {
      before: decodeCursor(OrdinalCursor, cursor)?.[0] ?? null,
      limit,
    });
    return toPage(rows, limit, { show: toRound, cursor: (row) => [row.number] });
  }

  @Endpoint(get)
  async get(call: EndpointCall<typeof get>): Promise<EndpointResult<typeof get>> {
    return this.service.get(call.params.projectId, call.params.number);
  }

  @Endpoint(cancel)
  async cancel(call: EndpointCall<typeof cancel>): Promise<EndpointResult<typeof cancel>> {
    return this.service.cancel(call.actor, call.place, call.params.number);
  }
}
