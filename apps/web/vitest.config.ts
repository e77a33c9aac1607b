import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: { '@': new URL('./src', import.meta.url).pathname } },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // The journeys share one running product: they go one after another, unit tests do not mind.
    fileParallelism: false,
  },
});
