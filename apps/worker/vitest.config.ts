import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // Rounds are trained by real worker processes; files run one after another, as they share the
    // cores.
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Native TensorFlow reads it when it loads: warnings and worse only.
    env: { TF_CPP_MIN_LOG_LEVEL: '2' },
  },
});
