/** Before the first request: what clients say about the way they came is not believed. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const { judgeForwardedHeaders } = await import('./lib/api/forwarded.server');
  judgeForwardedHeaders();
}
