import { api } from '@dubio/contracts';
import { Controller } from '@nestjs/common';
import type { EndpointCall, EndpointResult } from '../frame/call.js';
import { Endpoint } from '../frame/endpoint.decorator.js';
import { DemoService } from './demo.service.js';

const { answer } = api.demo;

@Controller()
export class DemoController {
  constructor(private readonly service: DemoService) {}

  @Endpoint(answer)
  async answer(call: EndpointCall<typeof answer>): Promise<EndpointResult<typeof answer>> {
    return this.service.answer(call.actor, call.place, call.body.count);
  }
}
