import { cookies, headers } from 'next/headers';
import { notFound, redirect } from 'next/navigation';
import { getApiOrigin } from '../config.server';
import { ApiError } from './api-error';
import { createCaller } from './caller';
import type { CallArguments, EndpointKey, ResponseOf } from './endpoints';
import { forwardedHeaders } from './forwarded.server';

/** Calls the API for a server component, as the person who asked for the page. */
export async function serverCall<Key extends EndpointKey>(
  key: Key,
  ...args: CallArguments<Key>
): Promise<ResponseOf<Key>> {
  const cookie = (await cookies()).toString();
  const told = forwardedHeaders(await headers());
  const call = createCaller({
    base: `${getApiOrigin()}/api/v1`,
    headers: { cookie, ...told },
  });
  return call(key, ...args);
}

/** The same for what a page cannot be without: asks for sign-in, or says that nothing is here. */
export async function pageCall<Key extends EndpointKey>(
  key: Key,
  ...args: CallArguments<Key>
): Promise<ResponseOf<Key>> {
  try {
    return await serverCall(key, ...args);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) redirect('/sign-in');
    if (error instanceof ApiError && (error.status === 404 || error.status === 403)) notFound();
    throw error;
  }
}
