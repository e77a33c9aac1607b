import { BlockList, isIP } from 'node:net';

/** Words for what is often meant; `private` is what containers and local networks use. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/** Whether an address is on a list. */
export type AddressTest = (address: string) => boolean;

/**
 * An address without its zone, and the IPv4 one inside a mapped one, which a socket that hears both
 * families reports.
 */
const plain = (address: string): string =>
  address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '');
const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Adds one entry of a list; false when it is neither an address nor a network. */
function add(list: BlockList, entry: string): boolean {
  const [address = '', bits, ...rest] = entry.split('/');
  if (isIP(address) === 0 || rest.length > 0) return false;
  if (bits === undefined) list.addAddress(address, familyOf(address));
  else if (!/^\d{1,3}$/.test(bits) || Number(bits) > (isIP(address) === 6 ? 128 : 32)) return false;
  else list.addSubnet(address, Number(bits), familyOf(address));
  return true;
}

/**
 * Reads a list of addresses, networks (10.0.0.0/8) and the words loopback and private, with commas
 * between them; null when a part of it is none of these.
 */
export function readAddressList(text: string): AddressTest | null {
  const list = new BlockList();
  const entries = text.split(',').map((entry) => entry.trim());
  const all = entries.flatMap((entry) => (entry === '' ? [] : (GROUPS[entry] ?? [entry])));
  if (!all.every((entry) => add(list, entry))) return null;
  return (address) => {
    const bare = plain(address);
    return isIP(bare) !== 0 && list.check(bare, familyOf(bare));
  };
}

/** What a request says about the way it came: each header once, as Node joins them. */
export type ForwardedHeaders = {
  readonly host?: string | undefined;
  readonly 'x-forwarded-for'?: string | string[] | undefined;
  readonly 'x-forwarded-proto'?: string | string[] | undefined;
  readonly 'x-forwarded-host'?: string | string[] | undefined;
};

/** Who asked, and which address was asked for. */
export type Asked = { address: string; protocol: 'http' | 'https'; host: string };

const partsOf = (value: string | string[] | undefined): string[] =>
  String(value ?? '')
    .split(',')
    .map((part) => part.trim());
const lastOf = (value: string | string[] | undefined) => partsOf(value).at(-1) ?? '';

/**
 * Who really asked for what, seen from a server behind proxies. X-Forwarded-* counts only as far
 * as proxies of the list wrote it: each one adds the address that it saw at the end, so the list
 * is walked from there to the first address that is no such proxy. Whatever stands before it
 * could have been written by anybody.
 */
export function readForwarded(
  peer: string,
  headers: ForwardedHeaders,
  isProxy: AddressTest,
): Asked {
  let address = plain(peer);
  const host = headers.host ?? '';
  if (!isProxy(address)) return { address, protocol: 'http', host };
  for (const hop of partsOf(headers['x-forwarded-for']).reverse()) {
    if (isIP(plain(hop)) === 0) break;
    address = plain(hop);
    if (!isProxy(address)) break;
  }
  return {
    address,
    protocol: lastOf(headers['x-forwarded-proto']) === 'https' ? 'https' : 'http',
    host: lastOf(headers['x-forwarded-host']) || host,
  };
}

/**
 * What an address counts as where addresses are counted: all of a /64 is one, since whoever has
 * one IPv6 address mostly has the 2^64 beside it.
 */
export function countedAddress(address: string): string {
  const bare = plain(address);
  if (isIP(bare) !== 6) return bare;
  const [head = '', tail] = bare.toLowerCase().split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  // An IPv4 address at the end fills two groups; it is never among the first four here.
  const width = rest.some((group) => group.includes('.')) ? rest.length + 1 : rest.length;
  const filled =
    tail === undefined
      ? groups
      : [
          ...groups,
          ...Array.from({ length: Math.max(0, 8 - groups.length - width) }, () => '0'),
          ...rest,
        ];
  const prefix = filled.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ''));
  return `${prefix.join(':')}::/64`;
}
