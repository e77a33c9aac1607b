import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Problem } from '@dubio/contracts';
import { afterEach, expect, it } from 'vitest';
import { refuseUnknownMethods } from './known-methods.js';

let server: http.Server;
afterEach(() => server.close());

async function ask(method: string) {
  const { port } = server.address() as AddressInfo;
  const call = http.request({ port, host: '127.0.0.1', method, agent: false }).end();
  const [response] = (await once(call, 'response')) as [http.IncomingMessage];
  let text = '';
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode, allow: response.headers.allow, text };
}

it('a method that no program here knows is refused, and the others pass', async () => {
  server = http.createServer((request, response) => response.end(`seen ${request.method}`));
  refuseUnknownMethods(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  for (const method of ['TRACE', 'PROPFIND']) {
    const { status, allow, text } = await ask(method);
    expect([status, allow]).toEqual([405, 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS']);
    expect(Problem.parse(JSON.parse(text)).code).toBe('request.method');
  }
  expect(await ask('DELETE')).toMatchObject({ status: 200, text: 'seen DELETE' });
});
