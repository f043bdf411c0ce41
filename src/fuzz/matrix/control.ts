/** The system without a mutant: nothing may fail. */

import type { CampaignAsked } from '../../store/campaign.ts';
import type { ControlRecord } from '../../store/matrix.ts';
import { handOut } from '../hand-out.ts';
import { pool } from '../pool.ts';

/** Failures that are told one by one. */
const toldMax = 20;

export interface ControlOptions {
  readonly asked: CampaignAsked;
  readonly jobs: number;
  readonly seeds: readonly number[];
}

export async function runControl(
  { asked, jobs, seeds }: ControlOptions,
  onRun: (done: number, failed: number) => void,
  signal: AbortSignal,
): Promise<ControlRecord> {
  const began = performance.now();
  const failed: { readonly seed: number; readonly failure: string; readonly reason: string }[] = [];
  let runs = 0;
  let unknown = 0;
  const workers = pool({ ...asked, mutant: null }, jobs);
  try {
    await handOut({ workers, jobs, seeds, mayGoOn: () => !signal.aborted }, ({ results }) => {
      for (const { seed, failures, unknown: undecided } of results) {
        runs++;
        if (undecided !== null) unknown++;
        const [first] = failures;
        if (first !== undefined) failed.push({ seed, ...first });
      }
      onRun(runs, failed.length);
    });
  } finally {
    await workers.end();
  }
  failed.sort((a, b) => a.seed - b.seed);
  const seconds = (performance.now() - began) / 1000;
  return { runs, unknown, failed: failed.slice(0, toldMax), failedRuns: failed.length, seconds };
}
