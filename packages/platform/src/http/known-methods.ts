import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { ERRORS, problemType } from '@dubio/contracts';

const KNOWN = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const CODE = 'request.method';

/** Says which methods there are, before a program sees one that it answers with a fault (TRACE). */
export function refuseUnknownMethods(server: Server): void {
  const emit = server.emit.bind(server) as (event: string, ...rest: unknown[]) => boolean;
  server.emit = (event: string, ...rest: unknown[]): boolean => {
    if (event !== 'request') return emit(event, ...rest);
    const [request, response] = rest as [IncomingMessage, ServerResponse];
    if (KNOWN.includes(request.method ?? '')) return emit(event, ...rest);
    const { status, title } = ERRORS[CODE];
    request.resume();
    response.writeHead(status, {
      Allow: KNOWN.join(', '),
      'Content-Type': 'application/problem+json; charset=utf-8',
      'Cache-Control': 'no-store',
    });
    response.end(JSON.stringify({ type: problemType(CODE), title, status, code: CODE }));
    return true;
  };
}
