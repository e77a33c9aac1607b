import { api } from '@dubio/contracts';
import { Controller } from '@nestjs/common';
import type { EndpointCall, EndpointResult } from '../frame/call.js';
import { Endpoint } from '../frame/endpoint.decorator.js';
import { ScheduleService } from './schedule.service.js';

const { list, create, update, remove } = api.schedules;

@Controller()
export class ScheduleController {
  constructor(private readonly service: ScheduleService) {}

  @Endpoint(list)
  async list(call: EndpointCall<typeof list>): Promise<EndpointResult<typeof list>> {
    return this.service.list(call.params.projectId);
  }

  @Endpoint(create)
  async create(call: EndpointCall<typeof create>): Promise<EndpointResult<typeof create>> {
    return this.service.create(call.actor, call.place, call.body);
  }

  @Endpoint(update)
  async update(call: EndpointCall<typeof update>): Promise<EndpointResult<typeof update>> {
    const change = { id: call.params.scheduleId, wish: call.body };
    return this.service.update(call.actor, call.place, change);
  }

  @Endpoint(remove)
  async remove(call: EndpointCall<typeof remove>): Promise<void> {
    await this.service.remove(call.actor, call.place, call.params.scheduleId);
  }
}
