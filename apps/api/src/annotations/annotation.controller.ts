import { api } from '@dubio/contracts';
import { Controller } from '@nestjs/common';
import type { EndpointCall, EndpointResult } from '../frame/call.js';
import { decodeCursor, TimeCursor, toPage } from '../frame/cursor.js';
import { Endpoint } from '../frame/endpoint.decorator.js';
import { toItem } from '../items/item.mapper.js';
import { ItemRepository } from '../items/item.repository.js';
import { type NamedAnnotationRow, toAnnotation, toOwnAnnotation } from './annotation.mapper.js';
import { AnnotationRepository } from './annotation.repository.js';
import { AnnotationService } from './annotation.service.js';

const { submit, undo, list, mine } = api.annotations;

const cursorOf = (row: NamedAnnotationRow) => [row.createdAt.toISOString(), row.id];

@Controller()
export class AnnotationController {
  constructor(
    private readonly service: AnnotationService,
    private readonly repository: AnnotationRepository,
    private readonly items: ItemRepository,
  ) {}

  @Endpoint(submit)
  async submit(call: EndpointCall<typeof submit>): Promise<EndpointResult<typeof submit>> {
    const { actor, place } = call;
    const who = { projectId: call.params.projectId, actor, place };
    return this.service.submit(who, call.body.annotations);
  }

  @Endpoint(undo)
  async undo(call: EndpointCall<typeof undo>): Promise<EndpointResult<typeof undo>> {
    const { actor, place } = call;
    return this.service.undo({ projectId: call.params.projectId, actor, place }, call.body);
  }

  @Endpoint(list)
  async list(call: EndpointCall<typeof list>): Promise<EndpointResult<typeof list>> {
    const { limit, cursor, itemId, userId, kind } = call.query;
    const rows = await this.repository.list(call.params.projectId, {
      itemId: itemId ?? null,
      userId: userId ?? null,
      kind: kind ?? null,
      itemState: null,
      standing: false,
      before: decodeCursor(TimeCursor, cursor),
      limit,
    });
    const show = (row: NamedAnnotationRow) => toAnnotation(row, row.userName);
    return toPage(rows, limit, { show, cursor: cursorOf });
  }

  @Endpoint(mine)
  async mine(call: EndpointCall<typeof mine>): Promise<EndpointResult<typeof mine>> {
    const { limit, cursor, kind, itemState } = call.query;
    const { projectId } = call.params;
    const rows = await this.repository.list(projectId, {
      itemId: null,
      userId: call.actor.userId,
      kind: kind ?? null,
      itemState: itemState ?? null,
      standing: true,
      before: decodeCursor(TimeCursor, cursor),
      limit,
    });
    const items = await this.items.listByIds(projectId, [...new Set(rows.map((r) => r.itemId))]);
    const byId = new Map(items.map((item) => [item.id, toItem(item)]));
    const page = toPage(rows, limit, { show: (row) => row, cursor: cursorOf });
    return {
      items: page.items.flatMap((row) => {
        const item = byId.get(row.itemId);
        return item ? [{ ...toOwnAnnotation(row, row.userName), item }] : [];
      }),
      nextCursor: page.nextCursor,
    };
  }
}
