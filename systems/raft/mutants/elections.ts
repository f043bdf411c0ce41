/** Raft with one known bug in its elections each. */

import type { Mutant, NodeId } from '../../protocol.ts';
import type { HardState, RaftMessage, RequestVote } from '../messages.ts';
import { creating, Raft } from '../raft.ts';

class ForgetVote extends Raft {
  protected override hardState(): HardState {
    return { term: this.currentTerm, votedFor: null };
  }
}

class VoteBeforePersist extends Raft {
  protected override hardStateDurable(): boolean {
    return true;
  }
}

/** The record that is written with the term holds the vote only once that was written by itself. */
class VoteAfterTerm extends Raft {
  #stored: NodeId | null = null;
  #isStoring = false;

  protected override hardState(): HardState {
    return { term: this.currentTerm, votedFor: this.#isStoring ? this.votedFor : this.#stored };
  }

  protected override enterTerm(term: number, votedFor: NodeId | null): void {
    this.#stored = null;
    super.enterTerm(term, votedFor);
  }

  protected override onDurable(): void {
    super.onDurable();
    if (this.#stored === this.votedFor) return;
    this.#stored = this.votedFor;
    this.#isStoring = true;
    this.recordVote(this.votedFor);
    this.#isStoring = false;
  }
}

class VoteErased extends Raft {
  protected override follow(term: number, leader: NodeId | null): void {
    const stepsDown = this.role !== 'follower' && term === this.currentTerm;
    super.follow(term, leader);
    if (stepsDown) this.recordVote(null);
  }
}

class NoOwnVote extends Raft {
  protected override ownVote(): NodeId | null {
    return null;
  }
}

class NoCheckQuorum extends Raft {
  protected override hearsQuorum(): boolean {
    return true;
  }
}

class NoPreVote extends Raft {
  protected override campaign(): void {
    this.standForElection();
  }

  protected override leaderIsAlive(): boolean {
    return false;
  }
}

class StrictlyUpToDate extends Raft {
  protected override isUpToDate({ lastLogTerm, lastLogIndex }: RequestVote): boolean {
    if (this.log.lastIndex === 0) return true;
    if (lastLogTerm !== this.log.lastTerm) return lastLogTerm > this.log.lastTerm;
    return lastLogIndex > this.log.lastIndex;
  }
}

export const electionMutants: readonly Mutant<RaftMessage>[] = [
  {
    name: 'forget-vote',
    broken: 'The vote is not stored with the term, so that a server that restarts may vote twice in one term.',
    source: 'Raft paper, figure 2 (votedFor is persistent); seaweedfs/raft 9, datatechnology/cornerstone 65',
    faults: ['kill'],
    killedBy: 'invariants',
    workload: 'append',
    create: creating(ForgetVote),
  },
  {
    name: 'vote-before-persist',
    broken: 'Votes are given, and asked for, before term and vote are on disk.',
    source: 'Raft paper, figure 2 (persistent state is updated before responding); valkey 3887',
    faults: ['kill'],
    killedBy: 'invariants',
    workload: 'append',
    create: creating(VoteBeforePersist),
  },
  {
    name: 'vote-after-term',
    broken: 'Term and vote are stored apart, and a vote is given once the term is on disk.',
    source: 'hashicorp/raft 661; willemt/raft 47',
    faults: ['kill'],
    killedBy: 'invariants',
    workload: 'append',
    create: creating(VoteAfterTerm),
  },
  {
    name: 'vote-erased',
    broken: 'A server that steps down within a term forgets whom it voted for in it.',
    source: 'redpanda 19; microsoft/CCF 8094',
    faults: ['partition'],
    killedBy: 'invariants',
    workload: 'append',
    create: creating(VoteErased),
  },
  {
    name: 'no-own-vote',
    broken: 'A candidate counts its own vote and does not record it, so that it also votes for a rival.',
    source: 'vesoft-inc/nebula 3415',
    faults: ['kill'],
    killedBy: 'invariants',
    workload: 'append',
    create: creating(NoOwnVote),
  },
  {
    name: 'no-check-quorum',
    broken: 'A leader that hears nobody goes on leading those that hear it, and nothing is committed any more.',
    source: 'Raft thesis 6.2 and 9.6',
    faults: ['partition'],
    killedBy: 'progress',
    create: creating(NoCheckQuorum),
  },
  {
    name: 'no-pre-vote',
    broken: 'A server that hears nobody asks for votes in ever higher terms and unseats every leader that hears it.',
    source: 'Raft thesis 4.2.3 and 9.6',
    faults: ['partition'],
    killedBy: 'progress',
    create: creating(NoPreVote),
  },
  {
    name: 'strictly-up-to-date',
    broken: 'Once there are entries, a vote is given only to a candidate whose log is longer, never to an equal.',
    source: 'Raft paper, section 5.4.1 (at least as up-to-date); no report looked up',
    faults: ['kill'],
    killedBy: 'progress',
    create: creating(StrictlyUpToDate),
  },
];
