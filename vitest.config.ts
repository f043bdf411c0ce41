import { defineConfig } from 'vitest/config';

const project = (name: string, include: string[], testTimeout: number, exclude: string[] = []) => ({
  test: { name, include, exclude, testTimeout, hookTimeout: testTimeout, pool: 'forks' as const },
});

/** `unit` runs anywhere; the others need what their name says. */
export default defineConfig({
  test: {
    projects: [
      project('unit', ['test/**/*.test.ts'], 30_000, ['test/{netns,docker,browser}/**']),
      project('netns', ['test/netns/**/*.test.ts'], 120_000),
      project('docker', ['test/docker/**/*.test.ts'], 180_000),
      project('browser', ['test/browser/**/*.test.ts'], 120_000),
    ],
  },
});
