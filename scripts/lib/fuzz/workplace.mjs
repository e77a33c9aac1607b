import { setTimeout as pause } from 'node:timers/promises';

const ENOUGH_LABELS = 40;
const AGAIN_MS = 1000;

/** A small client: cookies or a token, JSON in and out. @throws Error on any refusal */
export async function call(url, path, { method = 'GET', body, token, cookie } = {}) {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: {
      origin: url,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(cookie === undefined ? {} : { cookie }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  const set = response.headers.get('set-cookie');
  return { body: text === '' ? null : JSON.parse(text), cookie: set?.split(';', 1)[0] };
}

async function signIn(url, link, name) {
  const token = new URLSearchParams(new URL(link).hash.slice(1)).get('token');
  return call(url, '/auth/sign-in', { method: 'POST', body: { token, ...(name ? { name } : {}) } });
}

async function makeToken(url, workspaceId, cookie) {
  const path = `/workspaces/${workspaceId}/tokens`;
  const made = await call(url, path, { method: 'POST', cookie, body: { name: 'fuzz' } });
  return made.body.secret;
}

/**
 * The demo project with labels, a ready round and a model; an owner and an annotator with a token
 * each; and the ids of what is there, by the names that paths give them.
 */
export async function makeWorkplace(link) {
  const url = new URL(link).origin;
  const { cookie } = await signIn(url, link);
  const me = await call(url, '/me', { cookie });
  const workspaceId = me.body.workspaces[0].id;
  const owner = await makeToken(url, workspaceId, cookie);
  const as = (path, options) => call(url, path, { token: owner, ...options });
  const { body: list } = await as(`/workspaces/${workspaceId}/projects`);
  const project = `/projects/${list.items[0].id}`;
  await as(`${project}/demo-answers`, { method: 'POST', body: { count: ENOUGH_LABELS } });
  for (;;) {
    const { body } = await as(`${project}/models`);
    if (body.items.length > 0) break;
    await pause(AGAIN_MS);
  }
  const invite = `/workspaces/${workspaceId}/invitations`;
  const { body: invited } = await as(invite, { method: 'POST', body: { role: 'annotator' } });
  const guest = await signIn(url, invited.url, 'Ann');
  const annotator = await makeToken(url, workspaceId, guest.cookie);
  const ids = async (path) => (await as(path)).body.items.map(({ id }) => id);
  const known = {
    workspaceId: [workspaceId],
    projectId: [list.items[0].id],
    itemId: (await ids(`${project}/items?limit=4`)) ?? [],
    modelId: await ids(`${project}/models`),
    number: [1, 2, 99],
  };
  return { url, actors: { owner, annotator, nobody: null }, known };
}
