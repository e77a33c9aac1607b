/** Where the API listens; read at run time, so that one build serves every installation. */
export function getApiOrigin(): string {
  return (process.env.DUBIO_API_URL ?? 'http://127.0.0.1:3001').replace(/\/+$/, '');
}
