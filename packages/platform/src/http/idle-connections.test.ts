import { once } from 'node:events';
import { createServer, get, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { endIdleConnections } from './idle-connections.js';

let server: Server;
afterEach(() => server.closeAllConnections());

/** A server whose answers end when told so. */
async function startServer() {
  const waiting: (() => void)[] = [];
  server = createServer((_request, response) => {
    response.write('begun');
    waiting.push(() => response.end(' and ended'));
  });
  const endIdle = endIdleConnections(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, waiting, endIdle };
}

it('a server that closes does not wait for who never asks, and gives answers whole', async () => {
  const { port, waiting, endIdle } = await startServer();
  const silent = connect(port, '127.0.0.1');
  await once(silent, 'connect');
  const [response] = await once(get({ port, host: '127.0.0.1' }), 'response');
  response.setEncoding('utf8');
  const [first] = await once(response, 'data');
  expect(first).toBe('begun');

  const closed = once(server, 'close');
  server.close();
  endIdle();
  await once(silent, 'close');
  expect(response.destroyed).toBe(false);
  waiting[0]?.();
  const [last] = await once(response, 'data');
  expect(last).toBe(' and ended');
  await closed;
});

it('a connection that is kept for the next request is let go behind its answer', async () => {
  const { port, waiting, endIdle } = await startServer();
  const socket = connect(port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nhost: here\r\n\r\n');
  await once(socket, 'data');
  server.close();
  endIdle();
  const closed = once(server, 'close');
  const ended = once(socket, 'end');
  waiting[0]?.();
  socket.resume();
  await ended;
  await closed;
});
