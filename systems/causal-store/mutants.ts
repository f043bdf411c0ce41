/** The causal store with one known bug each, for checkers and faults to find. */

import type { Mutant } from '../protocol.ts';
import { CausalStore, creating } from './causal-store.ts';
import type { CausalMessage } from './messages.ts';

/** A causal memory that need not converge, as that of Ahamad et al. is. */
class NoConvergence extends CausalStore {
  protected override wins(): boolean {
    return true;
  }
}

/**
 * A pipelined RAM: each node takes the writes of each other in their order, and of two nodes as they come. Also without a
 * winner among concurrent writes, since a write that comes too late to win may break the order of its own sender.
 */
class FifoOnly extends NoConvergence {
  protected override mayDeliver(): boolean {
    return true;
  }
}

class NoSession extends CausalStore {
  protected override hasSeen(): boolean {
    return true;
  }
}

class LwwWallClock extends CausalStore {
  protected override timeFor(): number {
    return this.env.wallNow();
  }
}

export const mutants: readonly Mutant<CausalMessage>[] = [
  {
    name: 'fifo-only',
    broken:
      'Writes are delivered in the order of their sender alone, before the writes of others that they come after.',
    source: 'Lipton and Sandberg, PRAM (1988), told from causal memory in Ahamad et al. 1995',
    faults: ['partition', 'packet'],
    killedBy: 'causal',
    workload: 'kv-fixed-sessions',
    create: creating(FifoOnly),
  },
  {
    name: 'no-session',
    broken: 'A node answers a session that comes from another node before it has what the session has seen there.',
    source: 'Terry et al., Session guarantees (1994), section 1; Jepsen, MongoDB 3.6.4 (2018)',
    faults: [],
    killedBy: 'causal',
    workload: 'kv-sessions',
    create: creating(NoSession),
  },
  {
    name: 'lww-wall-clock',
    broken: 'The wall clock of its node, not Lamport time, decides which write of a key wins.',
    source: 'Jepsen, Cassandra and Riak (2013)',
    faults: ['clock'],
    killedBy: 'causal',
    workload: 'kv-sessions',
    create: creating(LwwWallClock),
  },
  {
    name: 'no-convergence',
    broken: 'The write that comes last wins at each node, so that concurrent writes end up in different orders.',
    source: 'Ahamad et al. 1995 (causal memory does not ask for convergence); Lloyd et al. 2011, section 2',
    faults: [],
    killedBy: 'causal',
    workload: 'kv-fixed-sessions',
    create: creating(NoConvergence),
  },
];
