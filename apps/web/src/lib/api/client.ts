import { createCaller } from './caller';

export { ApiError, describeError } from './api-error';
export { apiUrl } from './caller';
export type { BodyOf, ResponseOf } from './endpoints';

/** Calls the API from the browser, on the page's own origin. */
export const call = createCaller({ base: '/api/v1' });
