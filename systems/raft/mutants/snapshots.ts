/** Raft with one known bug in its snapshots each. */

import type { Mutant } from '../../protocol.ts';
import type { RaftMessage, Snapshot } from '../messages.ts';
import { creating, Raft } from '../raft.ts';

class SnapshotTermMadeUp extends Raft {
  protected override termOfSnapshot(): number {
    return this.currentTerm;
  }
}

class SnapshotTruncates extends Raft {
  protected override keepsSuffix(): boolean {
    return false;
  }
}

class SnapshotKeepsConflict extends Raft {
  protected override keepsSuffix({ lastIndex }: Snapshot): boolean {
    return this.log.lastIndex >= lastIndex;
  }
}

export const snapshotMutants: readonly Mutant<RaftMessage>[] = [
  {
    name: 'snapshot-term-made-up',
    broken: 'A snapshot says that its last entry is of the current term, whatever term it is of.',
    source: 'd-engine 418',
    faults: ['kill'],
    killedBy: 'invariants',
    workload: 'append',
    create: creating(SnapshotTermMadeUp),
  },
  {
    name: 'snapshot-truncates',
    broken: 'A snapshot from the leader takes away the entries after it, though this server has acknowledged them.',
    source: 'etcd 1763; Raft paper, figure 13 (step 6)',
    faults: ['partition', 'packet'],
    killedBy: 'crashes',
    workload: 'append',
    create: creating(SnapshotTruncates),
  },
  {
    name: 'snapshot-keeps-conflict',
    broken: 'A snapshot from the leader is installed in front of entries of an earlier term that conflict with it.',
    source: 'openraft 559',
    faults: ['partition', 'kill'],
    killedBy: 'crashes',
    workload: 'append',
    create: creating(SnapshotKeepsConflict),
  },
];
