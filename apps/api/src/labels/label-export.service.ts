import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { csvLine } from './csv.js';
import { LabelRepository, type LabelRow } from './label.repository.js';

const HEAD = ['external_id', 'split'];
const TAIL = ['confidence', 'annotations', 'origin', 'source', 'updated_at', 'item_id'];

@Injectable()
export class LabelExportService {
  constructor(private readonly repository: LabelRepository) {}

  /** Each answer field is a column of its own. */
  async csv(projectId: string): Promise<Readable> {
    const fields = await this.repository.fieldNames(projectId);
    const line = (row: LabelRow) =>
      csvLine([
        row.externalId,
        row.split,
        ...fields.map((name) => row.answer[name]),
        row.confidence,
        row.annotations,
        row.origin,
        row.source,
        row.updatedAt.toISOString(),
        row.itemId,
      ]);
    return this.stream(projectId, csvLine([...HEAD, ...fields, ...TAIL]), line);
  }

  async jsonl(projectId: string): Promise<Readable> {
    return this.stream(projectId, '', (row) => `${JSON.stringify(row)}\n`);
  }

  /** Rows are joined a page at a time: few, large chunks are what a socket likes. */
  private stream(projectId: string, head: string, line: (row: LabelRow) => string): Readable {
    const { repository } = this;
    async function* chunks(): AsyncGenerator<Buffer> {
      if (head !== '') yield Buffer.from(head);
      for await (const rows of repository.stream(projectId)) {
        yield Buffer.from(rows.map(line).join(''));
      }
    }
    return Readable.from(chunks(), { objectMode: false });
  }
}
