import { forwardToApi } from '@/lib/api/forward';

/** @see docs/decisions/0051 */
export const dynamic = 'force-dynamic';

export {
  forwardToApi as DELETE,
  forwardToApi as GET,
  forwardToApi as HEAD,
  forwardToApi as PATCH,
  forwardToApi as POST,
  forwardToApi as PUT,
};
