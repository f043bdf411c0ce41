import { defineConfig } from 'vitest/config';

/** The tests that judge the linearizability checker, for mutations of it (`npm run test:mutation`). */
export default defineConfig({
  test: {
    include: [
      'test/checkers/linearizable/**/*.test.ts',
      'test/checkers/{register,append-list,budget,against-brute-force}.test.ts',
      'test/checking/*.test.ts',
    ],
    testTimeout: 120_000,
  },
});
