import { defineConfig } from 'vitest/config';

const project = (name: string, include: string[], testTimeout: number, exclude: string[] = []) => ({
  test: { name, include, exclude, testTimeout, hookTimeout: testTimeout, pool: 'forks' as const },
});

/** `unit` runs anywhere; the others need what their name says. */
export default defineConfig({
  test: {
    projects: [
      project('unit', ['test/**/*.test.ts'], 30_000, ['test/{netns,docker,browser,slow}/**']),
      // The same proofs as in `unit`, on many more random histories: minutes.
      project('slow', ['test/slow/**/*.test.ts'], 600_000),
      project('netns', ['test/netns/**/*.test.ts'], 120_000),
      project('docker', ['test/docker/**/*.test.ts'], 180_000),
      project('browser', ['test/browser/**/*.test.ts'], 120_000),
    ],
  },
});
