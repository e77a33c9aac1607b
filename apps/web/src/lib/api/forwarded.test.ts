import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readAddressList } from '@dubio/contracts/proxies';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forwardedHeaders, isOfTheWay, judge, judgeForwardedHeaders } from './forwarded.server';

const nobody = readAddressList('') ?? (() => true);
const loopback = readAddressList('loopback') ?? (() => false);
const LIES = {
  'x-forwarded-for': '203.0.113.1',
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'https',
  'x-forwarded-port': '443',
  'x-real-ip': '203.0.113.1',
  forwarded: 'for=203.0.113.1',
};

/** What a server sees of a request after it was judged, as Next does: its headers. */
let seen: IncomingMessage['headers'] = {};
let headersInHandler: Headers = new Headers();
const server = createServer((message, answer) => {
  seen = message.headers;
  headersInHandler = new Headers(message.headers as Record<string, string>);
  answer.end();
});
let port = 0;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const send = (headers: Record<string, string>) =>
  new Promise<void>((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', headers }, (answer) => {
      answer.resume();
      answer.once('end', resolve);
    });
    sent.once('error', reject);
    sent.end();
  });

describe('what a request says of its way', () => {
  it('is told to nobody before it is judged', async () => {
    await send({ host: 'lan:3000', ...LIES, 'x-dubio-seal': 'guessed' });
    expect(forwardedHeaders(headersInHandler)).toBeNull();
  });

  it('is written over with what the socket and the host say', async () => {
    judgeForwardedHeaders();
    await send({ host: 'lan:3000', ...LIES, 'x-dubio-seal': 'guessed' });
    expect(forwardedHeaders(headersInHandler)).toEqual({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'lan:3000',
    });
    expect(seen).not.toHaveProperty('forwarded');
    expect(seen).not.toHaveProperty('x-real-ip');
    expect(seen).not.toHaveProperty('x-forwarded-port');
  });

  it('is believed of a trusted proxy only', () => {
    const message = () =>
      ({
        socket: { remoteAddress: '::ffff:127.0.0.1' },
        headers: { host: 'page', ...LIES },
      }) as unknown as IncomingMessage;
    const believed = message();
    judge(believed, loopback, 'seal');
    expect(believed.headers).toMatchObject({
      'x-forwarded-for': '203.0.113.1',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
    });
    const other = message();
    judge(other, nobody, 'seal');
    expect(other.headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': 'page',
      'x-forwarded-proto': 'http',
    });
  });

  it('does not go on to the API, whatever it is called', () => {
    const names = [...Object.keys(LIES), 'x-dubio-seal', 'x-forwarded-anything'];
    expect(names.filter((name) => !isOfTheWay(name))).toEqual([]);
    expect(isOfTheWay('cookie')).toBe(false);
  });
});
