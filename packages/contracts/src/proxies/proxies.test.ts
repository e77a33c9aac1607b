import fc from 'fast-check';
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
    for (const one of ['10.2.0.1', '2001:db8::8', 'localhost', '', '127.0.0.1:80']) {
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

  it('is the peer where the peer is no proxy, whatever it says', () => {
    const address = fc.ipV4().filter((one) => !one.startsWith('10.'));
    fc.assert(
      fc.property(address, fc.array(fc.oneof(fc.ipV4(), fc.string())), (peer, said) => {
        const headers = { ...evil, 'x-forwarded-for': said.join(', ') };
        expect(readForwarded(peer, headers, proxies)).toEqual({
          address: peer,
          protocol: 'http',
          host: 'page',
        });
      }),
    );
  });

  it('is whom the first proxy saw, whatever stood in the header before', () => {
    const client = fc.ipV4().filter((one) => !one.startsWith('10.'));
    fc.assert(
      fc.property(client, fc.array(fc.oneof(fc.ipV4(), fc.string())), (address, said) => {
        const chain = [...said, address, '10.0.0.2'].join(', ');
        const asked = readForwarded('::ffff:10.0.0.1', { 'x-forwarded-for': chain }, proxies);
        expect(asked.address).toBe(address);
      }),
    );
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
