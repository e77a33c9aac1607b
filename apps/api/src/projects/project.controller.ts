import { AppError, api } from '@dubio/contracts';
import { Controller } from '@nestjs/common';
import type { EndpointCall, EndpointResult } from '../frame/call.js';
import { decodeCursor, TimeCursor } from '../frame/cursor.js';
import { Endpoint } from '../frame/endpoint.decorator.js';
import { ProjectService } from './project.service.js';

const { list, create, get, update, remove } = api.projects;
const VERSION_TAG = /^(?:W\/)?"?(\d{1,9})"?$/;

/** @throws AppError request.invalid */
function parseIfMatch(header: string | undefined): number | null {
  if (header === undefined || header === '*') return null;
  const version = VERSION_TAG.exec(header)?.[1];
  if (version === undefined) {
    throw new AppError('request.invalid', 'If-Match: expected the version that you read, as "3".');
  }
  return Number(version);
}

@Controller()
export class ProjectController {
  constructor(private readonly service: ProjectService) {}

  @Endpoint(list)
  async list(call: EndpointCall<typeof list>): Promise<EndpointResult<typeof list>> {
    const { limit, cursor } = call.query;
    const before = decodeCursor(TimeCursor, cursor);
    return this.service.list(call.params.workspaceId, { before, limit });
  }

  @Endpoint(create)
  async create(call: EndpointCall<typeof create>): Promise<EndpointResult<typeof create>> {
    return this.service.create(call.actor, call.place, call.body);
  }

  @Endpoint(get)
  async get(call: EndpointCall<typeof get>): Promise<EndpointResult<typeof get>> {
    const project = await this.service.get(call.params.projectId);
    call.reply.header('ETag', `"${project.version}"`);
    return project;
  }

  @Endpoint(update)
  async update(call: EndpointCall<typeof update>): Promise<EndpointResult<typeof update>> {
    const ifMatch = parseIfMatch(call.request.headers['if-match']);
    const project = await this.service.update(call.actor, call.place, {
      body: call.body,
      ifMatch,
    });
    call.reply.header('ETag', `"${project.version}"`);
    return project;
  }

  @Endpoint(remove)
  async remove(call: EndpointCall<typeof remove>): Promise<void> {
    await this.service.remove(call.actor, call.place);
  }
}
