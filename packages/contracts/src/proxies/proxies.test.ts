import { describe, expect, it } from 'vitest';
import { countedAddress, readAddressList, readForwarded } from './index.js';

const listOf = (text: string) => {
  const list = readAddressList(text);
  if (list === null) throw new Error(`${text} is no list`);
  return list;
};

describe('a list of addresses', () => {
  it('holds addresses, networks and groups, also as mapped addresses', () => {
    const list = listOf('loopback, 10.1.0.0/16,2001:db8::7');
    for (const one of ['127.0.0.9', '::1', '::ffff:127.0.0.1', '10.1.2.3', '2001:db8::7']) {
      expect([one, list(one)]).toEqual([one, true]);
    }
    for (const one of [
      '10.2.0.1',
      '2001:db8::8',
      'localhost',
      '',
      '127.0.0.1:80',
      'fe80::1%eth0',
    ]) {
      expect([one, list(one)]).toEqual([one, false]);
    }
    expect(listOf('')('127.0.0.1')).toBe(false);
  });

  it.each(['localhost', '10.0.0.0/33', '10.0.0.0/', '1.2.3.4/8/9', '::/129', 'loopback private'])(
    'is refused: %s',
    (text) => expect(readAddressList(text)).toBeNull(),
  );
});

describe('who asked', () => {
  const proxies = listOf('10.0.0.0/8');
  const evil = { host: 'page', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil' };

  const said = [
    [],
    ['198.51.100.1'],
    ['10.0.0.7', '127.0.0.1'],
    ['', 'unknown', '[::1]:80'],
    ['fe80::1%x', '::1%'],
  ];

  it.each(said)('is the peer where the peer is no proxy, whatever it says: %j', (...words) => {
    const headers = { ...evil, 'x-forwarded-for': words.join(', ') };
    for (const peer of ['192.0.2.1', '11.0.0.1', '2001:db8::1', '127.0.0.1']) {
      const asked = { address: peer, protocol: 'http', host: 'page' };
      expect(readForwarded(peer, headers, proxies)).toEqual(asked);
    }
  });

  it.each(said)('is whom the first proxy saw, whatever stood there before: %j', (...words) => {
    for (const address of ['192.0.2.1', '2001:db8::1', '127.0.0.1']) {
      for (const hops of [[address], [address, '10.0.0.2'], [address, '10.0.0.3', '10.0.0.2']]) {
        const headers = { 'x-forwarded-for': [...words, ...hops].join(', ') };
        expect(readForwarded('::ffff:10.0.0.1', headers, proxies).address).toBe(address);
      }
    }
  });

  it('is found out without failing, whatever is written there', () => {
    const odd = [
      'fe80::1%x',
      '::ffff:10.0.0.1%',
      '10.0.0.1/8',
      '::%',
      '1::1::1',
      '999.1.1.1',
      '\u0000',
    ];
    for (const peer of ['10.0.0.1', 'fe80::1%eth0', '']) {
      for (const word of odd) {
        const asked = readForwarded(peer, { 'x-forwarded-for': `10.0.0.5, ${word}` }, proxies);
        expect(asked.host).toBe('');
      }
    }
  });

  it('asked for what the proxy says, by its own words only', () => {
    expect(readForwarded('10.0.0.1', evil, proxies)).toEqual({
      address: '10.0.0.1',
      protocol: 'https',
      host: 'evil',
    });
  });
});

describe('a counted address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('of %s is %s', (address, counted) => expect(countedAddress(address)).toBe(counted));
});
