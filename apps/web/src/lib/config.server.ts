import { type AddressTest, readAddressList } from '@dubio/contracts/proxies';

/** Where the API listens; read at run time, so that one build serves every installation. */
export function getApiOrigin(): string {
  return (process.env.DUBIO_API_URL ?? 'http://127.0.0.1:3001').replace(/\/+$/, '');
}

/**
 * The proxies in front of the page; nobody, unless it is said.
 *
 * @throws Error when DUBIO_TRUSTED_PROXIES is no list of addresses
 */
export function getTrustedProxies(): AddressTest {
  const list = readAddressList(process.env.DUBIO_TRUSTED_PROXIES ?? '');
  if (list !== null) return list;
  throw new Error(
    'DUBIO_TRUSTED_PROXIES: expected addresses, networks like 10.0.0.0/8, loopback or private, with commas between them.',
  );
}
