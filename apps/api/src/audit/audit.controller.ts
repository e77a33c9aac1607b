import { AuditEvent, api } from '@dubio/contracts';
import { Controller } from '@nestjs/common';
import { z } from 'zod';
import type { EndpointCall, EndpointResult } from '../frame/call.js';
import { decodeCursor, toPage } from '../frame/cursor.js';
import { Endpoint } from '../frame/endpoint.decorator.js';
import { AuditRepository } from './audit.repository.js';

const list = api.auth.listAudit;
const IdCursor = z.tuple([z.string().regex(/^\d{1,18}$/)]);

@Controller()
export class AuditController {
  constructor(private readonly repository: AuditRepository) {}

  @Endpoint(list)
  async list(call: EndpointCall<typeof list>): Promise<EndpointResult<typeof list>> {
    const { limit, cursor, projectId } = call.query;
    const rows = await this.repository.list(call.params.workspaceId, {
      before: decodeCursor(IdCursor, cursor)?.[0] ?? null,
      limit,
      projectId: projectId ?? null,
    });
    return toPage(rows, limit, {
      show: ({ at, details, ...rest }) => ({
        ...rest,
        at: at.toISOString(),
        details: AuditEvent.shape.details.parse(details),
      }),
      cursor: (row) => [row.id],
    });
  }
}
