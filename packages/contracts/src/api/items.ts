import { z } from 'zod';
import { ItemId } from '../ids.js';
import { Answer } from '../project/label-schema.js';
import { ItemKind } from '../project/policies.js';
import { Instant, PageQuery, page } from './common.js';
import { endpoint } from './endpoint.js';
import { project } from './projects.js';

export const Item = z.object({
  id: ItemId,
  externalId: z.string(),
  ordinal: z.int(),
  kind: ItemKind,
  split: z.enum(['pool', 'validation', 'test']),
  state: z.enum(['pool', 'labelled', 'withdrawn']),
  /** What is shown: columns of a table row, the text, or nothing for a plain image. */
  payload: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  imageUrl: z.string().nullable(),
  label: Answer.nullable(),
  createdAt: Instant,
});
export type Item = z.infer<typeof Item>;

export const itemEndpoints = {
  list: endpoint({
    id: 'items.list',
    method: 'GET',
    path: '/projects/:projectId/items',
    summary: 'Items by import order.',
    access: 'item.read',
    scope: 'project',
    params: project,
    query: PageQuery.extend({
      split: z.enum(['pool', 'validation', 'test']).optional(),
      /** `skipped`: without a label, and somebody who had it in front skipped it. */
      state: z.enum(['pool', 'labelled', 'withdrawn', 'skipped']).optional(),
      externalId: z.string().max(255).optional(),
    }),
    response: page(Item),
  }),
  get: endpoint({
    id: 'items.get',
    method: 'GET',
    path: '/projects/:projectId/items/:itemId',
    summary: 'One item.',
    access: 'item.read',
    scope: 'project',
    params: project.extend({ itemId: ItemId }),
    response: Item,
  }),
  image: endpoint({
    id: 'items.image',
    method: 'GET',
    path: '/projects/:projectId/items/:itemId/image',
    summary: 'The picture of an item as re-encoded PNG, from a sandboxed answer.',
    access: 'queue.lease',
    scope: 'project',
    params: project.extend({ itemId: ItemId }),
    responseType: 'image/png',
  }),
  withdraw: endpoint({
    id: 'items.withdraw',
    method: 'POST',
    path: '/projects/:projectId/items/:itemId/withdraw',
    summary: 'Take an item out of the pool; its annotations are kept.',
    access: 'item.update',
    scope: 'project',
    params: project.extend({ itemId: ItemId }),
    body: z.object({ reason: z.string().trim().min(1).max(300) }),
    response: Item,
    repeatable: true,
  }),
};
