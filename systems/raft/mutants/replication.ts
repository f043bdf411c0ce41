/** Raft with one known bug in replication, commitment or the state machine each. */

import type { Mutant, NodeId, Response } from '../../protocol.ts';
import type { AppendEntries, Command, Entry, RaftMessage } from '../messages.ts';
import { creating, Raft } from '../raft.ts';
import { StateMachine } from '../state-machine.ts';

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

/** Counts any entry, and so sees no need of a no-op. */
class CommitPriorTerm extends Raft {
  protected override mayCommit(): boolean {
    return true;
  }

  protected override openTerm(): number {
    return this.log.lastIndex;
  }
}

/** The thread that takes heartbeats moves the term on, and the one that appends notices later. */
class HeartbeatTermRace extends Raft {
  protected override onAppendEntries(from: NodeId, message: AppendEntries): void {
    const races = this.role === 'leader' && message.term > this.currentTerm && message.entries.length === 0;
    if (!races) {
      super.onAppendEntries(from, message);
      return;
    }
    this.enterTerm(message.term, null);
    this.env.setTimer('notice', 5);
  }

  override onTimer(name: string): void {
    if (name === 'notice' && this.role === 'leader') this.follow(this.currentTerm, null);
    super.onTimer(name);
  }
}

class PrevTermUnchecked extends Raft {
  protected override fits(prevLogIndex: number): boolean {
    return prevLogIndex <= this.log.lastIndex;
  }
}

class TruncateAlways extends Raft {
  protected override has(): boolean {
    return false;
  }
}

class AppendBeforeSnapshot extends Raft {
  protected override knownUpTo(prevLogIndex: number): number {
    return prevLogIndex;
  }

  protected override has(index: number, entry: Entry): boolean {
    return index > this.log.first && super.has(index, entry);
  }
}

class FollowersApplyNothing extends Raft {
  protected override applyCommand(index: number, command: Command): Response | null {
    return this.role === 'leader' ? super.applyCommand(index, command) : null;
  }
}

class InDoubtIsFailed extends Raft {
  protected override inDoubt(): Response {
    return { type: 'fail', error: 'no longer the leader' };
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

export const replicationMutants: readonly Mutant<RaftMessage>[] = [
  {
    name: 'ack-before-sync',
    broken: 'Entries are acknowledged and counted before they are durable, and synced once a second.',
    source: 'Jepsen, NATS 2.12.1 (2025)',
    faults: ['kill'],
    killedBy: 'invariants',
    workload: 'append',
    create: creating(AckBeforeSync),
  },
  {
    name: 'commit-prior-term',
    broken: 'An entry of an earlier term is committed once a majority has stored it, and terms begin without a no-op.',
    source: 'Raft paper, figure 8; logcabin 44, nats-server 7955',
    faults: ['partition', 'kill'],
    killedBy: 'invariants',
    workload: 'append',
    create: creating(CommitPriorTerm),
  },
  {
    name: 'heartbeat-term-race',
    broken:
      'A heartbeat of a later term moves a leader’s term on before it has stepped down, and it appends in that term.',
    source: 'hashicorp/raft 695 and 701',
    faults: ['partition'],
    killedBy: 'invariants',
    workload: 'append',
    create: creating(HeartbeatTermRace),
  },
  {
    name: 'prev-term-unchecked',
    broken: 'A follower takes entries that begin where its log ends, whatever term its last entry is of.',
    source: 'Raft paper, figure 2 (AppendEntries, step 2); no report looked up',
    faults: ['partition'],
    killedBy: 'invariants',
    workload: 'append',
    create: creating(PrevTermUnchecked),
  },
  {
    name: 'truncate-always',
    broken: 'A follower cuts its log at the entries of every message, also where they are there already.',
    source: 'Raft paper, figure 2 (AppendEntries, step 3); no report looked up',
    faults: ['packet'],
    killedBy: 'crashes',
    workload: 'append',
    create: creating(TruncateAlways),
  },
  {
    name: 'append-before-snapshot',
    broken: 'A late message whose entries the snapshot covers is appended again.',
    source: 'willemt/raft 118',
    faults: ['packet'],
    killedBy: 'crashes',
    workload: 'append',
    create: creating(AppendBeforeSnapshot),
  },
  {
    name: 'followers-apply-nothing',
    broken: 'Followers store what is committed and do not apply it, so that a failover loses all data.',
    source: 'RedisLabs/redisraft 14',
    faults: ['partition', 'kill'],
    killedBy: 'linearizable',
    workload: 'append',
    create: creating(FollowersApplyNothing),
  },
  {
    name: 'in-doubt-is-failed',
    broken: 'A deposed leader says that a command failed which a later leader may yet commit.',
    source: 'Jepsen, on indeterminate results; no report looked up',
    faults: ['partition'],
    killedBy: 'linearizable',
    workload: 'append',
    create: creating(InDoubtIsFailed),
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
