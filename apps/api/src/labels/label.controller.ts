import { api, ItemId } from '@dubio/contracts';
import { Controller, StreamableFile } from '@nestjs/common';
import type { EndpointCall, EndpointResult } from '../frame/call.js';
import { decodeCursor, TimeCursor, toPage } from '../frame/cursor.js';
import { Endpoint } from '../frame/endpoint.decorator.js';
import { LabelRepository } from './label.repository.js';
import { LabelExportService } from './label-export.service.js';

const { list, exportCsv, exportJsonl } = api.labels;

@Controller()
export class LabelController {
  constructor(
    private readonly repository: LabelRepository,
    private readonly exports: LabelExportService,
  ) {}

  @Endpoint(list)
  async list(call: EndpointCall<typeof list>): Promise<EndpointResult<typeof list>> {
    const { limit, cursor } = call.query;
    const before = decodeCursor(TimeCursor, cursor);
    const rows = await this.repository.list(call.params.projectId, { before, limit });
    return toPage(rows, limit, {
      show: (row) => ({
        ...row,
        itemId: ItemId.parse(row.itemId),
        updatedAt: row.updatedAt.toISOString(),
      }),
      cursor: (row) => [row.updatedAt.toISOString(), row.itemId],
    });
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
