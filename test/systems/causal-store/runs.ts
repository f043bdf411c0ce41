/** Whole runs of the causal store, and what its clients saw. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { History } from '../../../src/history/operation.ts';
import { silentObserver } from '../../../src/runner/observer.ts';
import type { TestOptions } from '../../../src/runner/options.ts';
import { runTest } from '../../../src/runner/run.ts';
import { readRun } from '../../../src/store/read.ts';
import { causalPatterns, diverged } from './patterns.ts';

export interface Seen {
  readonly seed: number;
  readonly history: History;
  /** Coverage points that nodes passed. */
  readonly passed: ReadonlySet<string>;
  /** A node stopped by itself, or the run broke. */
  readonly broken: boolean;
}

/** Runs with seeds from `seed` on, in the order of their seeds. */
export async function runs(options: Partial<TestOptions> & { readonly seed: number }): Promise<readonly Seen[]> {
  const storeDirectory = mkdtempSync(join(tmpdir(), 'clew-causal-'));
  try {
    const asked = { system: 'causal-store', cluster: 'sim', ...options, storeDirectory } as const;
    const result = await runTest(asked, silentObserver, new AbortController().signal);
    const all: Seen[] = [];
    for (const { seed, directory, broke } of result.runs) {
      const { history, trace, results } = await readRun(directory);
      all.push({
        seed,
        history,
        passed: new Set(trace.flatMap(({ kind, name }) => (kind === 'probe' ? [name] : []))),
        broken: broke !== null || results?.checkers['crashes']?.valid !== true,
      });
    }
    return all;
  } finally {
    rmSync(storeDirectory, { recursive: true, force: true });
  }
}

/** The bad patterns of a history, and `Diverged` when nodes showed different values in the end. */
export function faultsOf({ history }: Seen): ReadonlySet<string> {
  return new Set([...causalPatterns(history).keys(), ...(diverged(history).length > 0 ? ['Diverged'] : [])]);
}
