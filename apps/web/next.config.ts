import type { NextConfig } from 'next';

/** Answers of the pages that are not written by proxy.ts (static files) carry these as well. */
const STATIC_HEADERS = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'Referrer-Policy', value: 'no-referrer' },
];

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // Only the packages the pages really import are traced; the API address is read at run time.
  outputFileTracingRoot: new URL('../..', import.meta.url).pathname,
  turbopack: { root: new URL('../..', import.meta.url).pathname },
  headers: async () => [{ source: '/_next/static/:path*', headers: STATIC_HEADERS }],
};

export default config;
