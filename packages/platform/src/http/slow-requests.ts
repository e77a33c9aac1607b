import type { IncomingMessage, Server } from 'node:http';

export type SlowRequestLimits = {
  /** A request has to have sent its headers by then. */
  readonly headersMs: number;
  /** Within each window a request that still sends has to bring so many bytes. */
  readonly windowMs: number;
  readonly leastBytes: number;
  readonly connections: number;
};

const LIMITS: SlowRequestLimits = {
  headersMs: 20_000,
  windowMs: 30_000,
  leastBytes: 8192,
  connections: 4096,
};

/** Ends the connection of a request that sends on and on, and next to nothing. */
function watchPace(request: IncomingMessage, { windowMs, leastBytes }: SlowRequestLimits): void {
  const { socket } = request;
  let seen = socket.bytesRead;
  const timer = setInterval(() => {
    if (request.complete || request.destroyed) return clearInterval(timer);
    const fresh = socket.bytesRead - seen;
    seen = socket.bytesRead;
    // What lies here unread is our own slowness, not the sender's.
    if (fresh < leastBytes && request.readableLength === 0) socket.destroy();
  }, windowMs);
  timer.unref();
  request.once('close', () => clearInterval(timer));
}

/**
 * Keeps connections that send slowly from filling a server up. An upload may take hours, as long as
 * it moves: its pace is watched and not its length.
 */
export function limitSlowRequests(server: Server, limits: SlowRequestLimits = LIMITS): void {
  server.headersTimeout = limits.headersMs;
  server.requestTimeout = 0;
  server.maxConnections = limits.connections;
  server.on('request', (request: IncomingMessage) => watchPace(request, limits));
}
