/**
 * What every Raft server has and does whatever its role: the state of figure 2, terms and roles, what is durable, and
 * applying what is committed.
 */

import { invariant } from '../protocol.ts';
import type { DiskImage, Env, Json, NodeId, Response, SyncTicket } from '../protocol.ts';
import type { OnQueue, RaftState, Role } from './inspection.ts';
import { Log } from './log.ts';
import type { Command, HardState, RaftMessage, Snapshot } from './messages.ts';
import type { RaftSettings } from './settings.ts';
import { StateMachine } from './state-machine.ts';
import { Storage } from './storage.ts';

export abstract class Server {
  protected readonly env: Env<RaftMessage>;
  protected readonly settings: RaftSettings;
  /** The voters, this server among them. */
  protected readonly configuration: readonly NodeId[];

  // Persistent state. `currentTerm` changes in `enterTerm`, `votedFor` in `recordVote` only.
  protected currentTerm = 0;
  protected votedFor: NodeId | null = null;
  protected readonly log: Log;
  protected snapshot: Snapshot | null = null;

  // Volatile state.
  protected commitIndex = 0;
  protected lastApplied = 0;
  protected role: Role = 'follower';
  /** The leader of the current term, as far as this server knows and believes it alive. */
  protected leader: NodeId | null = null;
  protected readonly stateMachine: StateMachine;

  readonly #storage: Storage;
  /** The write that holds the present term and vote. */
  #hardStateWrite = 0;
  /** Who was seen to lead the current term, dead or alive. */
  #leaderOfTerm: NodeId | null = null;
  readonly #covered = new Set<string>();

  constructor(env: Env<RaftMessage>, settings: RaftSettings) {
    this.env = env;
    this.settings = settings;
    this.configuration = [env.self, ...env.peers];
    this.#storage = new Storage(env.disk);
    this.log = new Log(this.#storage);
    this.stateMachine = this.makeStateMachine();
  }

  /** Takes up what earlier incarnations left on disk. */
  protected recover(image: DiskImage): void {
    const hardState = image.values.get('hard-state') as HardState | undefined;
    const snapshot = (image.values.get('snapshot') ?? null) as Snapshot | null;
    const found = image.logs.get('log');
    this.log.recover(found, snapshot);
    invariant(hardState === undefined || found !== undefined, 'the disk has a term but no log');
    invariant(hardState !== undefined || this.log.lastTerm === 0, 'the disk has log entries or a snapshot but no term');
    if (hardState !== undefined) {
      invariant(
        hardState.term >= this.log.lastTerm,
        () => `the disk's term ${hardState.term} is behind its log's last term ${this.log.lastTerm}`,
      );
      this.currentTerm = hardState.term;
      this.votedFor = hardState.votedFor;
    }
    if (snapshot !== null) this.#restore(snapshot);
    this.env.probe('role', this.role);
    this.env.probe('term', this.currentTerm);
    this.env.probe('leader', null);
    this.env.probe('commit', this.commitIndex);
    this.env.probe('applied', this.lastApplied);
    this.env.probe('snapshot', this.commitIndex);
  }

  // Inspection.

  /** What invariants see, live. */
  inspect(): RaftState {
    const { currentTerm: term, votedFor, role, commitIndex, lastApplied, log, snapshot } = this;
    const { voters, roundHeard, roundConfirmed } = this;
    const queues = (onQueue: OnQueue): void => {
      this.queues(onQueue);
    };
    return {
      term,
      votedFor,
      role,
      commitIndex,
      lastApplied,
      log,
      snapshot,
      voters,
      roundHeard,
      roundConfirmed,
      queues,
    };
  }

  /** Those that voted for this candidate or leader. */
  protected abstract get voters(): ReadonlySet<NodeId>;
  protected abstract get roundHeard(): number;
  protected abstract get roundConfirmed(): number;

  /** What could pile up here, and how much of it there may be. */
  protected queues(onQueue: OnQueue): void {
    onQueue('sessions', this.stateMachine.sessions(), this.settings.sessionsMax);
  }

  // Quorums.

  /** Whether those that `has` are a majority of the configuration: the only place that knows what a quorum is. */
  protected isQuorum(has: (server: NodeId) => boolean): boolean {
    let count = 0;
    for (const server of this.configuration) if (has(server)) count++;
    return count * 2 > this.configuration.length;
  }

  // Terms and roles.

  /** Becomes a follower in `term`, which is the current one or later, under `leader` if that is known. */
  protected follow(term: number, leader: NodeId | null): void {
    if (term > this.currentTerm) this.enterTerm(term, null);
    const deposed = this.role === 'leader';
    this.become('follower', leader);
    if (deposed) this.onDeposed();
  }

  /** Moves on to a later `term`, having voted in it for `votedFor` or for no one yet. */
  protected enterTerm(term: number, votedFor: NodeId | null): void {
    invariant(term > this.currentTerm, () => `from term ${this.currentTerm} back to term ${term}`);
    this.currentTerm = term;
    this.#leaderOfTerm = null;
    this.recordVote(votedFor);
    this.env.probe('term', term);
  }

  protected voteFor(candidate: NodeId): void {
    invariant(
      this.votedFor === null || this.votedFor === candidate,
      () => `a second vote in term ${this.currentTerm}: for ${candidate} after ${this.votedFor ?? 'no one'}`,
    );
    if (this.votedFor === null) this.recordVote(candidate);
  }

  /** Puts term and vote on their way to the disk, in one record. */
  protected recordVote(votedFor: NodeId | null): void {
    this.votedFor = votedFor;
    this.#storage.put('hard-state', this.hardState());
    this.#hardStateWrite = this.#storage.written;
  }

  protected become(role: Role, leader: NodeId | null): void {
    if (leader !== null) {
      const known = this.#leaderOfTerm;
      invariant(
        known === null || known === leader,
        () => `two leaders in term ${this.currentTerm}: ${known} and ${leader}`,
      );
      this.#leaderOfTerm = leader;
    }
    if (role !== this.role) {
      this.role = role;
      this.env.probe('role', role);
    }
    if (leader !== this.leader) {
      this.leader = leader;
      this.env.probe('leader', leader);
    }
  }

  /** This server led until now, and has just become a follower. */
  protected abstract onDeposed(): void;

  // Durability.

  /** What of this server must survive a crash besides its log. */
  protected hardState(): HardState {
    return { term: this.currentTerm, votedFor: this.votedFor };
  }

  protected hardStateDurable(): boolean {
    return this.#hardStateWrite <= this.#storage.durable;
  }

  /** Up to here, entries may be acknowledged and counted as stored on this server. */
  protected durableIndex(): number {
    return this.log.durableIndex;
  }

  /** Has all writes so far made durable; ends every handler. */
  protected flush(): void {
    if (this.#storage.maySync() && this.env.buggify('sync-late')) return;
    if (this.#storage.sync()) this.log.syncStarted();
  }

  protected syncCompleted(ticket: SyncTicket): void {
    this.#storage.synced(ticket);
    this.log.syncCompleted();
  }

  /** More is durable than before: says what had to wait for it. */
  protected abstract onDurable(): void;

  // Applying.

  protected makeStateMachine(): StateMachine {
    return new StateMachine(this.settings.sessionsMax, (name) => {
      this.cover(name);
    });
  }

  /** Entries up to `index` are committed: applies them. */
  protected commit(index: number): void {
    invariant(
      index > this.commitIndex && index <= this.log.lastIndex,
      () => `commit index from ${this.commitIndex} to ${index}, with a log up to ${this.log.lastIndex}`,
    );
    this.commitIndex = index;
    this.env.probe('commit', index);
    while (this.lastApplied < this.commitIndex) {
      const next = this.lastApplied + 1;
      const { command } = this.log.entry(next);
      const response = command === null ? null : this.applyCommand(next, command);
      this.lastApplied = next;
      if (response !== null) this.onApplied(next, response);
    }
    this.env.probe('applied', this.lastApplied);
    const uncovered = this.lastApplied - (this.snapshot?.lastIndex ?? 0);
    if (uncovered >= this.settings.snapshotEvery || (uncovered > 0 && this.env.buggify('early-snapshot'))) {
      this.#compact();
    }
  }

  protected applyCommand(index: number, command: Command): Response | null {
    return this.stateMachine.apply(index, command);
  }

  /** The command at `index` has been applied with this response. */
  protected abstract onApplied(index: number, response: Response): void;

  // Snapshots. The snapshot is written before the log is cut, so that a crash between the two leaves both.

  #compact(): void {
    const lastIndex = this.lastApplied;
    this.#store({ lastIndex, lastTerm: this.termOfSnapshot(lastIndex), data: this.stateMachine.save() });
    this.log.compact(lastIndex - this.#retained());
  }

  /** How many entries before a snapshot stay in the log. */
  #retained(): number {
    return this.env.buggify('retain-nothing') ? 0 : this.settings.snapshotRetain;
  }

  /** The term of the last entry that a snapshot holds. */
  protected termOfSnapshot(lastIndex: number): number {
    return this.log.term(lastIndex);
  }

  /** Figure 13, step 6: what follows the snapshot's last entry in this log stays, if that entry is in it. */
  protected keepsSuffix({ lastIndex, lastTerm }: Snapshot): boolean {
    return this.log.matches(lastIndex, lastTerm);
  }

  /** Replaces the state by a leader's snapshot that goes beyond what is committed here (figure 13, steps 5 to 8). */
  protected install(snapshot: Snapshot): void {
    const { lastIndex, lastTerm } = snapshot;
    invariant(
      lastIndex > this.commitIndex,
      () => `a snapshot to ${lastIndex} does not reach beyond ${this.commitIndex}`,
    );
    const keeps = this.keepsSuffix(snapshot);
    this.#store(snapshot);
    if (keeps) this.log.compact(lastIndex - this.#retained());
    else this.log.reset(lastIndex, lastTerm);
    this.#restore(snapshot);
    this.env.probe('commit', lastIndex);
    this.env.probe('applied', lastIndex);
    this.env.probe('snapshot-installed', lastIndex);
  }

  #store(snapshot: Snapshot): void {
    this.snapshot = snapshot;
    this.#storage.put('snapshot', snapshot);
    this.env.probe('snapshot', snapshot.lastIndex);
  }

  #restore(snapshot: Snapshot): void {
    this.snapshot = snapshot;
    this.stateMachine.restore(snapshot.data);
    this.commitIndex = this.lastApplied = snapshot.lastIndex;
  }

  /** A coverage point that is passed often: probed once an incarnation. */
  protected cover(name: string, detail?: Json): void {
    if (this.#covered.has(name)) return;
    this.#covered.add(name);
    this.env.probe(name, detail);
  }
}
