/** A run that goes wrong the way figure 8 of the Raft paper does: an entry of an earlier term is taken to be committed. */

import type { RunPlan } from '../../src/store/plan.ts';

const cutOff = (node: string, others: readonly string[]) =>
  others.flatMap((other) => [[node, other] as const, [other, node] as const]);

/**
 * n3 leads term 1 and is cut off with the only entry; n1 leads term 2 and is cut off with another. n3 leads again, in term 3,
 * and has a majority for its old entry, which it takes to be committed. It is cut off once more, and n1 leads again.
 */
export function leaderCompletenessPlan(): RunPlan {
  return {
    format: 'clew-schedule',
    version: 1,
    clew: '0.1.0',
    system: 'raft',
    mutant: 'commit-prior-term',
    workload: 'append',
    nodes: ['n1', 'n3', 'n5'],
    concurrency: 1,
    seed: 22,
    settings: { electionSpreadMs: 10, leaderPatienceMs: 2000 },
    simulator: {},
    progress: null,
    course: {
      kind: 'listed',
      operations: [{ atMs: 500, thread: 0, f: 'append', key: 'k1', value: 1 }],
      faults: [
        { kind: 'partition', edges: cutOff('n3', ['n1', 'n5']), atMs: 500, untilMs: 1000 },
        { kind: 'partition', edges: cutOff('n1', ['n3', 'n5']), atMs: 1000, untilMs: 1430 },
        { kind: 'partition', edges: cutOff('n3', ['n1', 'n5']), atMs: 1430, untilMs: 2500 },
      ],
      healMs: [],
    },
  };
}
