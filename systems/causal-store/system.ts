/** The causal store as a system under test. */

import type { System } from '../protocol.ts';
import { CausalStore, creating } from './causal-store.ts';
import type { CausalMessage } from './messages.ts';
import { mutants } from './mutants.ts';

export const create = creating(CausalStore);

export const causalStore: System<CausalMessage> = {
  name: 'causal-store',
  description: 'causally convergent key-value store, always available (Ahamad et al. 1995, Lloyd et al. 2011)',
  workloads: ['kv-sessions', 'kv-fixed-sessions'],
  survives: ['partition', 'packet', 'kill', 'pause', 'clock', 'disk'],
  // Every node serves by itself. But what only one of them has yet is answered, too: where its disk is gone, so is that.
  budget: { progress: (nodes) => nodes - 1, damage: () => 0 },
  variations: {
    gossipMs: [150, 250, 350],
    waitMs: [50, 300],
    maxWritesPerMessage: [16, 64],
    maxQueued: [2, 10_000],
    compactEvery: [10, 100, 500],
  },
  create,
  mutants,
};

/** The name under which a node's own process finds the system that it is to run. */
export { causalStore as system };
