/** Raft as a system under test. */

import type { System } from '../protocol.ts';
import { invariants } from './invariants/index.ts';
import type { RaftMessage } from './messages.ts';
import { mutants } from './mutants/index.ts';
import { notPlanted } from './not-planted.ts';
import { creating, Raft } from './raft.ts';

export const create = creating(Raft);

export const raft: System<RaftMessage> = {
  name: 'raft',
  description: 'linearizable key-value store on a replicated log (Ongaro and Ousterhout 2014)',
  workloads: ['register', 'append'],
  survives: ['partition', 'packet', 'kill', 'pause', 'clock', 'disk'],
  budget: { progress: (nodes) => Math.floor((nodes - 1) / 2), damage: (nodes) => Math.floor((nodes - 1) / 2) },
  invariants,
  variations: {
    electionSpreadMs: [10, 50, 400],
    leaderPatienceMs: [400, 400, 2000],
    maxEntriesPerMessage: [1, 64],
    maxInflight: [4, 8],
    sessionsMax: [10_000, 10_000, 4],
    snapshotEvery: [10, 50, 500, 2000],
    snapshotRetain: [0, 5, 200],
  },
  coverage: [
    'abdicated',
    'check-quorum-stepped-down',
    'election-won',
    'fast-backtrack',
    'log-truncated',
    'read-index-confirmed',
    'session-duplicate',
    'session-expired',
    'snapshot-installed',
    'snapshot-sent',
    'vote-denied-log',
    'vote-withheld',
  ],
  create,
  mutants,
  notPlanted,
};

/** The name under which a node's own process finds the system that it is to run. */
export { raft as system };
