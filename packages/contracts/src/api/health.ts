import { z } from 'zod';
import { endpoint } from './endpoint.js';

export const healthEndpoints = {
  live: endpoint({
    id: 'health.live',
    method: 'GET',
    path: '/health/live',
    summary: 'The process runs.',
    access: 'public',
    scope: 'none',
    response: z.object({ status: z.literal('up') }),
  }),
  ready: endpoint({
    id: 'health.ready',
    method: 'GET',
    path: '/health/ready',
    summary: 'Database, queue and object store answer; workers are there.',
    access: 'public',
    scope: 'none',
    response: z.object({
      status: z.enum(['ready', 'degraded']),
      parts: z.record(z.string(), z.enum(['up', 'down'])),
      workers: z.int(),
      version: z.string(),
    }),
  }),
};
