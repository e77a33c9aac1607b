import type { Page } from 'playwright-core';
import type { Product } from './product';

export type Person = { role: 'engineer' | 'reviewer' | 'annotator'; name: string };

/** Calls the API as a person whose cookies these are. */
export async function callApi<Answer>(
  url: string,
  cookies: { name: string; value: string }[],
  path: string,
  init: { method?: string; body?: unknown } = {},
): Promise<Answer> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method: init.method ?? 'GET',
    headers: {
      cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
      ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}

/** Invites somebody as the owner and signs in as they would: by the link, with a name. */
export async function signInByInvitation(
  person: Person & { url: string; owner: Product['owner'] | undefined },
  page: Page,
): Promise<void> {
  const cookies = person.owner?.cookies ?? [];
  const me = await callApi<{ workspaces: { id: string }[] }>(person.url, cookies, '/me');
  const invitation = await callApi<{ url: string }>(
    person.url,
    cookies,
    `/workspaces/${me.workspaces[0]?.id}/invitations`,
    { method: 'POST', body: { role: person.role } },
  );
  await page.goto(invitation.url);
  await page.getByLabel('Your name').fill(person.name);
  await page.getByRole('button', { name: /^Join / }).click();
  await page.waitForURL((url) => url.pathname === '/');
}
