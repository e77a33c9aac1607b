import { api } from '@dubio/contracts';
import { Controller, StreamableFile } from '@nestjs/common';
import type { EndpointCall } from '../frame/call.js';
import { Endpoint } from '../frame/endpoint.decorator.js';
import { EventsService } from './events.service.js';

const { events } = api.projects;

@Controller()
export class EventsController {
  constructor(private readonly service: EventsService) {}

  @Endpoint(events)
  async events(call: EndpointCall<typeof events>): Promise<StreamableFile> {
    const lastEventId = call.request.headers['last-event-id'];
    const stream = await this.service.stream(
      call.params.projectId,
      typeof lastEventId === 'string' && lastEventId !== '' ? lastEventId : null,
    );
    call.reply.headers({ 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
    return new StreamableFile(stream, { type: 'text/event-stream; charset=utf-8' });
  }
}
