import type { ResponseOf } from '@/lib/api/client';

export type { Project } from '@dubio/contracts';
export type ResponseOfUncertainty = ResponseOf<'GET /projects/:projectId/uncertainty'>;
export type ResponseOfUncertaintyItems = ResponseOf<'GET /projects/:projectId/uncertainty/items'>;
