import { api } from '@dubio/contracts';
import { Controller } from '@nestjs/common';
import type { EndpointCall, EndpointResult } from '../frame/call.js';
import { decodeCursor, TimeCursor, toPage } from '../frame/cursor.js';
import { Endpoint } from '../frame/endpoint.decorator.js';
import { toSimulation } from './simulation.mapper.js';
import { SimulationRepository } from './simulation.repository.js';
import { SimulationService } from './simulation.service.js';

const { list, create, get, cancel, retry } = api.simulations;

@Controller()
export class SimulationController {
  constructor(
    private readonly service: SimulationService,
    private readonly repository: SimulationRepository,
  ) {}

  @Endpoint(list)
  async list(call: EndpointCall<typeof list>): Promise<EndpointResult<typeof list>> {
    const { limit, cursor } = call.query;
    const before = decodeCursor(TimeCursor, cursor);
    const rows = await this.repository.list(call.params.projectId, { before, limit });
    return toPage(rows, limit, {
      show: toSimulation,
      cursor: (row) => [row.createdAt.toISOString(), row.id],
    });
  }

  @Endpoint(create)
  async create(call: EndpointCall<typeof create>): Promise<EndpointResult<typeof create>> {
    return this.service.create(call.actor, call.place, call.body);
  }

  @Endpoint(get)
  async get(call: EndpointCall<typeof get>): Promise<EndpointResult<typeof get>> {
    return this.service.get(call.params.projectId, call.params.simulationId);
  }

  @Endpoint(cancel)
  async cancel(call: EndpointCall<typeof cancel>): Promise<EndpointResult<typeof cancel>> {
    return this.service.cancel(call.actor, call.place, call.params.simulationId);
  }

  @Endpoint(retry)
  async retry(call: EndpointCall<typeof retry>): Promise<EndpointResult<typeof retry>> {
    return this.service.retry(call.actor, call.place, call.params.simulationId);
  }
}
