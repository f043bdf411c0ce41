/** Raft with one known bug each, for checkers and faults to find. */

import type { Mutant } from '../../protocol.ts';
import type { RaftMessage } from '../messages.ts';
import { electionMutants } from './elections.ts';
import { readMutants } from './reads.ts';
import { replicationMutants } from './replication.ts';
import { snapshotMutants } from './snapshots.ts';

export const mutants: readonly Mutant<RaftMessage>[] = [
  ...readMutants,
  ...replicationMutants,
  ...electionMutants,
  ...snapshotMutants,
];
