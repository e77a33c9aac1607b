import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { launchChromium } from './chromium';
import { callApi } from './people';

const NAME = 'dubio.made-up.example';
const product = inject('product');
const port = product === null ? '' : new URL(product.url).port;

/** An address by which others reach this machine; none where it has no network. */
const lan = Object.values(networkInterfaces())
  .flat()
  .find((one) => one?.family === 'IPv4' && !one.internal)?.address;
const hosts = ['127.0.0.1', 'localhost', NAME, ...(lan === undefined ? [] : [lan])];

type Answer = { status: number; cookie: string };

/** Sends to the page itself, as a browser that asked for this host would. */
function post(path: string, host: string, headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        // By the way from outside where there is one: it is counted apart from other journeys.
        host: lan ?? '127.0.0.1',
        port,
        path: `/api/v1${path}`,
        method: 'POST',
        headers: { host, 'content-type': 'application/json', ...headers },
      },
      (answer) => {
        answer.resume();
        const cookie = String(answer.headers['set-cookie'] ?? '');
        answer.once('end', () => resolve({ status: answer.statusCode ?? 0, cookie }));
      },
    );
    sent.once('error', reject);
    sent.end(JSON.stringify({ token: 'nobody-ever-made-this-token' }));
  });
}

const GONE = 410;
const look = (host: string, headers: Record<string, string> = {}) =>
  post('/auth/inspect-link', host, headers);

async function invite(): Promise<string> {
  const { url = '', owner } = product ?? {};
  const cookies = owner?.cookies ?? [];
  const me = await callApi<{ workspaces: { id: string }[] }>(url, cookies, '/me');
  const path = `/workspaces/${me.workspaces[0]?.id}/invitations`;
  const made = await callApi<{ url: string }>(url, cookies, path, {
    method: 'POST',
    body: { role: 'annotator' },
  });
  return new URL(made.url).hash;
}

describe.skipIf(product === null)('by other addresses, over plain http', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium([`--host-resolver-rules=MAP ${NAME} 127.0.0.1`]);
  });
  afterAll(() => browser?.close());

  it.each(hosts)('somebody signs in and out at %s', async (host) => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`http://${host}:${port}/sign-in${await invite()}`);
    await page.getByLabel('Your name').fill('Somebody');
    await page.getByRole('button', { name: /^Join / }).click();
    await page.waitForURL((url) => url.pathname === '/');
    await page.getByRole('heading', { level: 1 }).waitFor();
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ name: 'dubio_session', httpOnly: true, secure: false });
    await page.getByRole('button', { name: 'Somebody' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Open the link you were given' }).waitFor();
    expect(await context.cookies()).toEqual([]);
    await context.close();
  });

  it.each(hosts)('another origin is refused at %s', async (host) => {
    const own = `${host}:${port}`;
    expect((await look(own, { origin: `http://${own}` })).status).toBe(GONE);
    const foreign = [
      'http://evil.example',
      `http://${host}:1`,
      `https://${own}`,
      `http://evil.${own}`,
      'null',
    ];
    for (const origin of foreign) {
      expect([origin, (await look(own, { origin })).status]).toEqual([origin, 403]);
    }
    // What a client says about the way it came makes no origin its own.
    const forged = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' };
    expect((await look(own, { ...forged, origin: 'http://evil.example' })).status).toBe(403);
    expect((await look(own, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  it('an address that changes in a header passes no limit', async () => {
    const host = `localhost:${port}`;
    const statuses: number[] = [];
    for (let n = 0; n < 45; n += 1) {
      const address = `203.0.113.${n}`;
      const headers = { 'x-forwarded-for': address, forwarded: `for=${address}` };
      statuses.push((await look(host, { ...headers, 'x-real-ip': address })).status);
    }
    const passed = statuses.filter((status) => status === GONE).length;
    expect(passed).toBeLessThanOrEqual(30);
    expect(statuses.at(-1)).toBe(429);
  });
});
