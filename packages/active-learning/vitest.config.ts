import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    setupFiles: ['test/seed-properties.ts'],
    // Numeric tests share their machine with other suites; this only bounds a hang.
    testTimeout: 60_000,
  },
});
