import { api } from '@dubio/contracts';
import { Controller } from '@nestjs/common';
import type { EndpointCall, EndpointResult } from '../frame/call.js';
import { Endpoint } from '../frame/endpoint.decorator.js';
import { HealthService } from './health.service.js';

const { live, ready } = api.health;

@Controller()
export class HealthController {
  constructor(private readonly service: HealthService) {}

  @Endpoint(live)
  async live(_call: EndpointCall<typeof live>): Promise<EndpointResult<typeof live>> {
    return { status: 'up' };
  }

  @Endpoint(ready)
  async ready(_call: EndpointCall<typeof ready>): Promise<EndpointResult<typeof ready>> {
    return this.service.ready();
  }
}
