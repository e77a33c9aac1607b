import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // Some train; this only bounds a hang.
    testTimeout: 60_000,
  },
});
