import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    setupFiles: ['test/seed-properties.ts'],
    // Numeric tests share their machine with other suites; this only bounds a hang.
    testTimeout: 60_000,
    // Native TensorFlow reads these when it loads: warnings and worse only, one thread.
    env: { TF_CPP_MIN_LOG_LEVEL: '2', TF_NUM_INTRAOP_THREADS: '1' },
  },
});
