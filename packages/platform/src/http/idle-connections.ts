import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Lets a server end soon once it closes. Node itself closes connections that are idle at that
 * moment; those that never asked anything, or whose answer ends later, would be waited for until
 * their time is over. Call it before the server listens; the function it gives belongs to the
 * close: connections without a request end then, and every other one behind its answer.
 */
export function endIdleConnections(server: Server): () => void {
  const requests = new Map<Socket, number>();
  let isClosing = false;
  server.on('connection', (socket: Socket) => {
    requests.set(socket, 0);
    socket.once('close', () => requests.delete(socket));
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    requests.set(socket, (requests.get(socket) ?? 0) + 1);
    response.once('close', () => {
      const left = (requests.get(socket) ?? 1) - 1;
      if (!socket.destroyed) requests.set(socket, left);
      if (isClosing && left === 0) socket.destroySoon();
    });
  });
  return () => {
    isClosing = true;
    for (const [socket, open] of requests) if (open === 0) socket.destroy();
  };
}
