import { api } from '@dubio/contracts';
import { Controller, StreamableFile } from '@nestjs/common';
import { z } from 'zod';
import type { EndpointCall, EndpointResult } from '../frame/call.js';
import { decodeCursor, toPage } from '../frame/cursor.js';
import { Endpoint } from '../frame/endpoint.decorator.js';
import { toItem } from './item.mapper.js';
import { ItemRepository } from './item.repository.js';
import { ItemService } from './item.service.js';

const { list, get, image, withdraw } = api.items;
export const OrdinalCursor = z.tuple([z.int().min(0)]);

@Controller()
export class ItemController {
  constructor(
    private readonly service: ItemService,
    private readonly repository: ItemRepository,
  ) {}

  @Endpoint(list)
  async list(call: EndpointCall<typeof list>): Promise<EndpointResult<typeof list>> {
    const { limit, cursor, split, state, externalId } = call.query;
    const rows = await this.repository.list(call.params.projectId, {
      split: split ?? null,
      state: state ?? null,
      externalId: externalId ?? null,
      afterOrdinal: decodeCursor(OrdinalCursor, cursor)?.[0] ?? -1,
      limit,
    });
    return toPage(rows, limit, { show: toItem, cursor: (row) => [row.ordinal] });
  }

  @Endpoint(get)
  async get(call: EndpointCall<typeof get>): Promise<EndpointResult<typeof get>> {
    return this.service.get(call.params.projectId, call.params.itemId);
  }

  /**
   * Sandboxed, so that even opened by itself it can run nothing and reach nothing of this origin.
   */
  @Endpoint(image)
  async image(call: EndpointCall<typeof image>): Promise<StreamableFile | undefined> {
    const { png, tag } = await this.service.image(call.params.projectId, call.params.itemId);
    call.reply.headers({
      ETag: tag,
      'Cache-Control': 'private, max-age=86400',
      'Content-Security-Policy': "sandbox; default-src 'none'",
      'X-Content-Type-Options': 'nosniff',
    });
    if (call.request.headers['if-none-match'] === tag) {
      call.reply.code(304);
      return undefined;
    }
    return new StreamableFile(png, {
      type: 'image/png',
      disposition: 'inline',
      length: png.length,
    });
  }

  @Endpoint(withdraw)
  async withdraw(call: EndpointCall<typeof withdraw>): Promise<EndpointResult<typeof withdraw>> {
    const { itemId } = call.params;
    return this.service.withdraw(call.actor, call.place, { itemId, reason: call.body.reason });
  }
}
