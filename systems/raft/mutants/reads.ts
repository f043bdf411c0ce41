/** Raft with one known bug in its reads each. */

import type { Mutant, NodeId } from '../../protocol.ts';
import type { AppendEntriesReply, RaftMessage } from '../messages.ts';
import { creating, Raft } from '../raft.ts';
import type { Read } from '../raft.ts';

/** Leads until it hears of a newer term, and reads what it has. */
class StaleRead extends Raft {
  protected override hearsQuorum(): boolean {
    return true;
  }

  protected override serveRead(read: Read): void {
    this.answerRead(read);
  }
}

class ReadBeforeCommit extends Raft {
  protected override knowsCommitIndex(): boolean {
    return true;
  }
}

/** Rounds are numbered anew with every term, and who has answered which is kept by the number alone. */
class RoundReused extends Raft {
  readonly #answered = new Map<NodeId, number>();

  protected override onAppendEntriesReply(from: NodeId, reply: AppendEntriesReply): void {
    if (this.role === 'leader' && reply.term === this.currentTerm) {
      const round = Math.max(this.#answered.get(from) ?? 0, reply.round);
      this.#answered.set(from, round);
      super.onAppendEntriesReply(from, { ...reply, round });
    } else super.onAppendEntriesReply(from, reply);
  }
}

export const readMutants: readonly Mutant<RaftMessage>[] = [
  {
    name: 'stale-read',
    broken: 'A deposed leader goes on answering reads from its own state until it hears of a newer term.',
    source: 'Jepsen, etcd 0.4.1 and Consul (2014)',
    faults: ['partition'],
    killedBy: 'linearizable',
    workload: 'register',
    create: creating(StaleRead),
  },
  {
    name: 'read-before-commit',
    broken:
      'A new leader serves reads before it has committed anything in its term, and may lack what others committed.',
    source: 'Raft thesis 6.4, step 1; etcd 7331, tikv 9239',
    faults: ['partition', 'kill'],
    killedBy: 'linearizable',
    workload: 'register',
    create: creating(ReadBeforeCommit),
  },
  {
    name: 'round-reused',
    broken: 'A leader that led before takes the answers to its rounds of then for answers to those of now.',
    source: 'etcd 20418',
    faults: ['partition'],
    killedBy: 'invariants',
    workload: 'register',
    create: creating(RoundReused),
  },
];
