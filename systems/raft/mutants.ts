/** Raft with one known bug each, for checkers and faults to find. */

import type { Mutant, Response } from '../protocol.ts';
import type { HardState, RaftMessage } from './messages.ts';
import { creating, Raft } from './raft.ts';
import type { Read } from './raft.ts';
import { StateMachine } from './state-machine.ts';

/** Leads until it hears of a newer term, and reads what it has. */
class StaleRead extends Raft {
  protected override hearsQuorum(): boolean {
    return true;
  }

  protected override serveRead(read: Read): void {
    this.answerRead(read);
  }
}

/** Syncs terms and votes when it should, entries once a second. */
class AckBeforeSync extends Raft {
  #scheduled = false;

  protected override durableIndex(): number {
    return this.log.lastIndex;
  }

  protected override flush(): void {
    if (!this.hardStateDurable()) {
      super.flush();
    } else if (!this.#scheduled) {
      this.#scheduled = true;
      this.env.setTimer('sync', 1000);
    }
  }

  override onTimer(name: string): void {
    if (name === 'sync') {
      this.#scheduled = false;
      super.flush();
    }
    super.onTimer(name);
  }
}

/** Without PreVote, as in the paper: only rivals in one term can tell that a vote is forgotten, and with it they are rare. */
class ForgetVote extends Raft {
  protected override campaign(): void {
    this.standForElection();
  }

  protected override hardState(): HardState {
    return { term: this.currentTerm, votedFor: null };
  }
}

/** Counts any entry, and so sees no need of a no-op. */
class CommitPriorTerm extends Raft {
  protected override mayCommit(): boolean {
    return true;
  }

  protected override openTerm(): number {
    return this.log.lastIndex;
  }
}

class RecallsNothing extends StateMachine {
  protected override recall(): Response | null {
    return null;
  }
}

class NoSession extends Raft {
  protected override makeStateMachine(): StateMachine {
    return new RecallsNothing(this.settings.sessionsMax, () => undefined);
  }
}

export const mutants: readonly Mutant<RaftMessage>[] = [
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
    name: 'ack-before-sync',
    broken: 'Entries are acknowledged and counted before they are durable, and synced once a second.',
    source: 'Jepsen, NATS 2.12.1 (2025)',
    faults: ['kill'],
    killedBy: 'linearizable',
    workload: 'append',
    create: creating(AckBeforeSync),
  },
  {
    name: 'forget-vote',
    broken: 'The vote is not stored with the term, so that a server that restarts may vote twice in one term.',
    source: 'Raft paper, figure 2 (votedFor is persistent); compare redpanda 19',
    faults: ['kill'],
    killedBy: 'crashes',
    workload: 'append',
    create: creating(ForgetVote),
  },
  {
    name: 'commit-prior-term',
    broken: 'An entry of an earlier term is committed once a majority has stored it, and terms begin without a no-op.',
    source: 'Raft paper, figure 8; logcabin 44, nats-server 7955',
    faults: ['partition', 'kill'],
    killedBy: 'crashes',
    workload: 'append',
    create: creating(CommitPriorTerm),
  },
  {
    name: 'no-session',
    broken: 'A command that is sent again is applied again.',
    source: 'Jepsen, jetcd 0.8.2 (2024)',
    faults: ['partition', 'kill'],
    killedBy: 'linearizable',
    workload: 'append',
    create: creating(NoSession),
  },
];
