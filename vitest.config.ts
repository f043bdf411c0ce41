import { defineConfig } from 'vitest/config';

const project = (name: string, include: string[], testTimeout: number, more: object = {}) => ({
  test: { name, include, testTimeout, hookTimeout: testTimeout, pool: 'forks' as const, ...more },
});

// What they measure is measured against the clock.
const oneByOne = { fileParallelism: false };

/** `unit` runs anywhere; the others need what their name says. */
export default defineConfig({
  test: {
    // All cores: the tests are work, not waiting.
    maxWorkers: '100%',
    projects: [
      project('unit', ['test/**/*.test.ts'], 30_000, {
        exclude: ['test/{netns,docker,browser,slow}/**'],
        // Many small files: most of them take less time than a process of their own.
        isolate: false,
      }),
      // The same proofs as in `unit`, on many more random histories: minutes.
      project('slow', ['test/slow/**/*.test.ts'], 600_000),
      project('netns', ['test/netns/**/*.test.ts'], 120_000, oneByOne),
      project('docker', ['test/docker/**/*.test.ts'], 180_000, oneByOne),
      project('browser', ['test/browser/**/*.test.ts'], 120_000, oneByOne),
    ],
  },
});
