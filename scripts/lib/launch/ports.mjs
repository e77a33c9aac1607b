import net from 'node:net';

const CONNECT_MS = 500;

const canListen = (port, host) =>
  new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });

const answers = (port, host) =>
  new Promise((resolve) => {
    const socket = net.connect({ port, host });
    const finish = (found) => {
      socket.destroy();
      resolve(found);
    };
    socket.setTimeout(CONNECT_MS, () => finish(false));
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
  });

/**
 * Somebody on ::1 would not keep us from listening on 127.0.0.1, yet browsers would meet them at
 * "localhost".
 */
export async function isPortTaken(port, host) {
  if (!(await canListen(port, host))) return true;
  return (await answers(port, '127.0.0.1')) || (await answers(port, '::1'));
}

export const findFreePort = () =>
  new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1' }, () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
