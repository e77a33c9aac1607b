import type { LeasedItem } from '@dubio/contracts';
import { call, type ResponseOf } from '@/lib/api/client';
import type { SendAnswers } from '../outbox/outbox';

export type Leases = ResponseOf<'POST /projects/:projectId/queue/leases'>;

/** The calls of the labelling page, for one project. */
export function labellingApi(projectId: string) {
  const params = { projectId };
  const send: SendAnswers = (annotations) =>
    call('POST /projects/:projectId/annotations', {
      params,
      body: { annotations },
      // Lets the last answer reach the server when the tab is closed right after it.
      keepalive: annotations.length <= 5,
    });
  return {
    send,
    lease: (count: number, holding: readonly LeasedItem[]) =>
      call('POST /projects/:projectId/queue/leases', {
        params,
        body: { count, holding: holding.slice(0, 100).map((each) => each.leaseId) },
      }),
    renew: (held: readonly LeasedItem[]) =>
      call('POST /projects/:projectId/queue/leases/renew', {
        params,
        body: { leaseIds: held.slice(0, 100).map((each) => each.leaseId) },
      }),
    release: (held: readonly LeasedItem[]) =>
      call('POST /projects/:projectId/queue/leases/release', {
        params,
        body: { leaseIds: held.slice(0, 100).map((each) => each.leaseId) },
        keepalive: true,
      }),
    status: () => call('GET /projects/:projectId/queue/status', { params }),
    mine: () => call('GET /projects/:projectId/annotations/mine', { params, query: { limit: 50 } }),
    /** What this person skipped and nobody has answered since, newest first. */
    skipped: () =>
      call('GET /projects/:projectId/annotations/mine', {
        params,
        query: { limit: 200, kind: 'skip', itemState: 'pool' },
      }),
    undo: (key: string, annotationId: string | null) =>
      call('POST /projects/:projectId/annotations/undo', {
        params,
        body: {
          key,
          ...(annotationId === null ? {} : { annotationId: annotationId as never }),
        },
      }),
  };
}

export type LabellingApi = ReturnType<typeof labellingApi>;
