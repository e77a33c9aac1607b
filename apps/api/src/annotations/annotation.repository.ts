import type { Item } from '@dubio/contracts';
import {
  type AnnotationKind,
  annotationFields,
  notSuperseded,
  toAnnotationRow,
} from '@dubio/labelling';
import { type Database, listRows, lit, query, row, sql, table } from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { isBefore } from '../frame/keyset.js';
import { DATABASE } from '../frame/tokens.js';
import type { NamedAnnotationRow } from './annotation.mapper.js';

const a = table('annotation', 'a');
const u = table('user', 'u');
const i = table('item', 'i');
const ANNOTATION = row({ ...annotationFields(a), userName: u.name });

export type AnnotationFilter = {
  itemId: string | null;
  userId: string | null;
  kind: AnnotationKind | null;
  itemState: Item['state'] | null;
  /** Only answers that count still, for the list of one's own. */
  standing: boolean;
  before: readonly [string, string] | null;
  limit: number;
};

@Injectable()
export class AnnotationRepository {
  constructor(@Inject(DATABASE) readonly database: Database) {}

  /** Newest first. */
  async list(projectId: string, filter: AnnotationFilter): Promise<NamedAnnotationRow[]> {
    const { itemId, userId, kind, itemState, standing, before } = filter;
    const wanted = [
      sql`${a.project_id} = ${projectId}`,
      isBefore(a.created_at, a.id, before),
      ...(itemId === null ? [] : [sql`${a.item_id} = ${itemId}`]),
      ...(userId === null ? [] : [sql`${a.user_id} = ${userId}`]),
      ...(kind === null ? [] : [sql`${a.kind} = ${lit(a.kind, kind)}`]),
      ...(itemState === null
        ? []
        : [
            sql`EXISTS (SELECT FROM ${i} WHERE ${i.id} = ${a.item_id} AND ${i.state} = ${lit(i.state, itemState)})`,
          ]),
      ...(standing ? [sql`${a.kind} <> ${lit(a.kind, 'retraction')}`, notSuperseded(a)] : []),
    ];
    const found = await listRows(
      this.database.pool,
      query`SELECT ${ANNOTATION} FROM ${a} JOIN ${u} ON ${u.id} = ${a.user_id}
       WHERE ${sql.join(wanted, sql` AND `)}
       ORDER BY ${a.created_at} DESC, ${a.id} DESC LIMIT ${filter.limit + 1}`,
    );
    return found.map(toAnnotationRow);
  }
}
