import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Some listen to a server of their own; this only bounds a hang.
    testTimeout: 60_000,
  },
});
