import { api } from '@dubio/contracts';
import { Controller } from '@nestjs/common';
import type { EndpointCall, EndpointResult } from '../frame/call.js';
import { Endpoint } from '../frame/endpoint.decorator.js';
import { UncertaintyService } from './uncertainty.service.js';

const { uncertainty, uncertaintyItems } = api.rounds;

@Controller()
export class UncertaintyController {
  constructor(private readonly service: UncertaintyService) {}

  @Endpoint(uncertainty)
  async plane(call: EndpointCall<typeof uncertainty>): Promise<EndpointResult<typeof uncertainty>> {
    return this.service.plane(call.params.projectId, call.query.points);
  }

  @Endpoint(uncertaintyItems)
  async items(
    call: EndpointCall<typeof uncertaintyItems>,
  ): Promise<EndpointResult<typeof uncertaintyItems>> {
    const { limit, ...box } = call.query;
    return this.service.itemsInside(call.params.projectId, box, limit);
  }
}
