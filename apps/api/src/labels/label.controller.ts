import { api } from '@dubio/contracts';
import { Controller, StreamableFile } from '@nestjs/common';
import type { EndpointCall, EndpointResult } from '../frame/call.js';
import { decodeCursor, TimeCursor, toPage } from '../frame/cursor.js';
import { Endpoint } from '../frame/endpoint.decorator.js';
import { toLabel } from './label.mapper.js';
import { LabelRepository } from './label.repository.js';
import { LabelService } from './label.service.js';
import { LabelExportService } from './label-export.service.js';

const { list, correct, versions, exportCsv, exportJsonl } = api.labels;

@Controller()
export class LabelController {
  constructor(
    private readonly repository: LabelRepository,
    private readonly service: LabelService,
    private readonly exports: LabelExportService,
  ) {}

  @Endpoint(list)
  async list(call: EndpointCall<typeof list>): Promise<EndpointResult<typeof list>> {
    const { limit, cursor } = call.query;
    const before = decodeCursor(TimeCursor, cursor);
    const rows = await this.repository.list(call.params.projectId, { before, limit });
    return toPage(rows, limit, {
      show: toLabel,
      cursor: (row) => [row.updatedAt.toISOString(), row.itemId],
    });
  }

  @Endpoint(correct)
  async correct(call: EndpointCall<typeof correct>): Promise<EndpointResult<typeof correct>> {
    const { answer, note, seenAt } = call.body;
    return this.service.correct(call.actor, call.place, {
      itemId: call.params.itemId,
      answer,
      note: note ?? null,
      seenAt: seenAt === undefined ? null : new Date(seenAt),
    });
  }

  @Endpoint(versions)
  async versions(call: EndpointCall<typeof versions>): Promise<EndpointResult<typeof versions>> {
    const { projectId, itemId } = call.params;
    return { versions: await this.service.versions(projectId, itemId) };
  }

  @Endpoint(exportCsv)
  async csv(call: EndpointCall<typeof exportCsv>): Promise<StreamableFile> {
    return new StreamableFile(await this.exports.csv(call.params.projectId), {
      type: 'text/csv; charset=utf-8',
      disposition: 'attachment; filename="labels.csv"',
    });
  }

  @Endpoint(exportJsonl)
  async jsonl(call: EndpointCall<typeof exportJsonl>): Promise<StreamableFile> {
    return new StreamableFile(await this.exports.jsonl(call.params.projectId), {
      type: 'application/x-ndjson; charset=utf-8',
      disposition: 'attachment; filename="labels.jsonl"',
    });
  }
}
