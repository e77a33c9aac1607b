import { defineConfig } from 'vitest/config';

// The repository's own tests: scripts, container files, the commands in the documents.
// Not at the root: vitest would find it there from each workspace that has none of its own.
export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    // Some start other programs; this only bounds a hang.
    testTimeout: 60_000,
    include: ['scripts/**/*.test.mjs', 'deploy/**/*.test.mjs', 'docs/**/*.test.mjs'],
  },
});
