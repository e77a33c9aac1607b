import { api } from '@dubio/contracts';
import { Controller } from '@nestjs/common';
import type { EndpointCall, EndpointResult } from '../frame/call.js';
import { Endpoint } from '../frame/endpoint.decorator.js';
import { PredictionService } from './prediction.service.js';

const { predict } = api.models;

@Controller()
export class PredictionController {
  constructor(private readonly service: PredictionService) {}

  @Endpoint(predict)
  async predict(call: EndpointCall<typeof predict>): Promise<EndpointResult<typeof predict>> {
    const { projectId, modelId } = call.params;
    return this.service.predict(projectId, modelId, call.body);
  }
}
