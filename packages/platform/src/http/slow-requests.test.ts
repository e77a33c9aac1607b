import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { limitSlowRequests, type SlowRequestLimits } from './slow-requests.js';

const LIMITS = { headersMs: 100, windowMs: 30_000, leastBytes: 1000, connections: 2 };
const POST = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n';

let server: http.Server;
const sockets: net.Socket[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const socket of sockets.splice(0)) socket.destroy();
  server.close();
  server.closeAllConnections();
});

async function serve(listener: http.RequestListener, limits: Partial<SlowRequestLimits> = {}) {
  server = http.createServer({ connectionsCheckingInterval: 50 }, listener);
  limitSlowRequests(server, { ...LIMITS, ...limits });
  await once(server.listen(0, '127.0.0.1'), 'listening');
}

async function connect() {
  const socket = net.connect((server.address() as AddressInfo).port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => {});
  socket.resume();
  await once(socket, 'connect');
  return socket;
}

describe('limitSlowRequests', () => {
  it.each([
    ['nothing', ''],
    ['headers without end', 'GET / HTTP/1.1\r\nX-'],
  ])('ends a connection that sends %s', async (_what, text) => {
    await serve(() => {});
    const socket = await connect();
    socket.write(text);
    await once(socket, 'close');
  });

  it('lets a body come for hours while it moves, and ends it when it hardly does', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    let received = 0;
    const heard = vi.fn();
    await serve((request) => {
      heard(request);
      request.on('data', (chunk: Buffer) => {
        received += chunk.length;
      });
    });
    const socket = await connect();
    const closed = once(socket, 'close');
    socket.write(POST);
    await vi.waitFor(() => expect(heard).toHaveBeenCalled());
    for (let window = 1; window <= 5; window++) {
      socket.write(Buffer.alloc(2000));
      await vi.waitFor(() => expect(received).toBe(window * 2000));
      vi.advanceTimersByTime(30_000);
      expect(socket.closed).toBe(false);
    }
    socket.write('drip');
    await vi.waitFor(() => expect(received).toBe(10_004));
    vi.advanceTimersByTime(30_000);
    await closed;
  });

  it('blames nobody for what the server itself does not read', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const requests: http.IncomingMessage[] = [];
    await serve((request) => requests.push(request.pause()));
    const socket = await connect();
    socket.write(POST);
    socket.write(Buffer.alloc(2000));
    await vi.waitFor(() => expect(requests[0]?.readableLength).toBe(2000));
    vi.advanceTimersByTime(120_000);
    expect(requests[0]?.destroyed).toBe(false);
  });

  it('takes no more connections than it may', async () => {
    await serve(() => {}, { headersMs: 60_000 });
    await connect();
    await connect();
    const third = await connect();
    await once(third, 'close');
  });

  it('holds for a server that another program makes', () => {
    const preload = path.resolve(import.meta.dirname, '../../dist/http/limit-servers.js');
    const code = `const s = require('http').createServer(); console.log(s.headersTimeout, s.requestTimeout);`;
    const run = spawnSync(process.execPath, [`--import=${preload}`, '-e', code], {
      encoding: 'utf8',
    });
    expect(run.stdout.trim()).toBe('20000 0');
  });
});
