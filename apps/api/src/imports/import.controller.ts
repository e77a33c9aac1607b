import { api } from '@dubio/contracts';
import { Controller } from '@nestjs/common';
import { z } from 'zod';
import type { EndpointCall, EndpointResult } from '../frame/call.js';
import { decodeCursor, TimeCursor, toPage } from '../frame/cursor.js';
import { Endpoint } from '../frame/endpoint.decorator.js';
import { ImportRepository, toImport } from './import.repository.js';
import { ImportService } from './import.service.js';
import { previewSource } from './preview.js';

const { preview, create, upload, list, get, problems } = api.imports;
const ProblemCursor = z.tuple([z.string().regex(/^\d{1,18}$/)]);

@Controller()
export class ImportController {
  constructor(
    private readonly service: ImportService,
    private readonly repository: ImportRepository,
  ) {}

  @Endpoint(preview)
  async preview(call: EndpointCall<typeof preview>): Promise<EndpointResult<typeof preview>> {
    return previewSource(call.body);
  }

  @Endpoint(create)
  async create(call: EndpointCall<typeof create>): Promise<EndpointResult<typeof create>> {
    return this.service.create(call.actor, call.place, call.body);
  }

  @Endpoint(upload)
  async upload(call: EndpointCall<typeof upload>): Promise<EndpointResult<typeof upload>> {
    return this.service.upload(call.params, call.query.part, call.request.body);
  }

  @Endpoint(list)
  async list(call: EndpointCall<typeof list>): Promise<EndpointResult<typeof list>> {
    const { limit, cursor } = call.query;
    const before = decodeCursor(TimeCursor, cursor);
    const rows = await this.repository.list(call.params.projectId, { before, limit });
    return toPage(rows, limit, {
      show: toImport,
      cursor: (row) => [row.createdAt.toISOString(), row.id],
    });
  }

  @Endpoint(get)
  async get(call: EndpointCall<typeof get>): Promise<EndpointResult<typeof get>> {
    return this.service.get(call.params.projectId, call.params.importId);
  }

  @Endpoint(problems)
  async problems(call: EndpointCall<typeof problems>): Promise<EndpointResult<typeof problems>> {
    const { limit, cursor } = call.query;
    const { projectId, importId } = call.params;
    await this.service.get(projectId, importId);
    const rows = await this.repository.listProblems(projectId, importId, {
      after: decodeCursor(ProblemCursor, cursor)?.[0] ?? '0',
      limit,
    });
    return toPage(rows, limit, { show: (row) => row, cursor: (row) => [row.id] });
  }
}
