import net from 'node:net';

const DEFAULT_URL = 'redis://127.0.0.1:6379';
const CONNECT_MS = 1000;

const answers = (url: URL): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect({ host: url.hostname, port: Number(url.port || 6379) });
    const finish = (found: boolean) => {
      socket.destroy();
      resolve(found);
    };
    socket.setTimeout(CONNECT_MS, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('connect', () => socket.write('PING\r\n'));
    // "-NOAUTH" is an answer too: the credentials are in the URL.
    socket.once('data', (data) => finish(/^(\+PONG|-NOAUTH)/.test(data.toString())));
  });

/**
 * The URL of a Redis that answers (REDIS_URL, else this machine's), or null after saying what is
 * skipped.
 * @throws under CI when none answers: there nothing may be skipped.
 */
export async function redisForTests(): Promise<string | null> {
  const url = process.env.REDIS_URL || DEFAULT_URL;
  if (await answers(new URL(url))) return url;
  const message = `No Redis answers at ${new URL(url).host}: what needs it is skipped. Set REDIS_URL to run it.`;
  if (process.env.CI) throw new Error(message);
  console.warn(message);
  return null;
}
