/**
 * Raft: a linearizable key-value store on a replicated log.
 *
 * Guarantees, whatever the network, the clocks and crashes do: at most one leader a term; what is committed stays; all
 * servers apply the same commands in the same order; every operation answered `ok` took effect once, between its call
 * and its answer; one in a session takes effect at most once however often it is sent. Progress needs a majority of
 * servers that reach each other within an election timeout and whose disks complete their syncs.
 *
 * Assumptions: servers fail by stopping and come back with what they synced; messages may be lost, late, doubled and
 * reordered, but not made up; clocks matter to progress only.
 *
 * After Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm" (2014; its figure 2 gives the names
 * used here), and Ongaro's thesis, "Consensus: Bridging Theory and Practice" (2014): PreVote (9.6), CheckQuorum (6.2),
 * ReadIndex (6.4), sessions (6.3), snapshots (5), batching and pipelining (10.2). The files build on one another: what any server
 * does (server.ts), elections (voting.ts), followers (following.ts), leaders (leading.ts), clients (here).
 */

import { invariant } from '../protocol.ts';
import type {
  CreateProtocol,
  DiskImage,
  Env,
  NodeId,
  Protocol,
  Request,
  RequestId,
  Response,
  SyncTicket,
} from '../protocol.ts';
import type { OnQueue } from './inspection.ts';
import { Leading } from './leading.ts';
import type { RaftMessage } from './messages.ts';
import { settingsFrom } from './settings.ts';
import type { RaftSettings } from './settings.ts';
import { problemWith } from './state-machine.ts';

/** A read that waits for its answer. */
export interface Read {
  readonly id: RequestId;
  readonly key: string;
}

export class Raft extends Leading implements Protocol<RaftMessage> {
  /** Commands in the log whose answer is due when they are applied, by index. */
  readonly #commands = new Map<number, RequestId>();
  /** Reads that wait for a round to begin. */
  #waiting: Read[] = [];
  /** Reads that wait for the round under way to be confirmed, and the commit index when it began. */
  #confirming: Read[] = [];
  #readIndex = 0;

  start(recovered: DiskImage): void {
    this.recover(recovered);
    this.restartElectionTimer();
    this.flush();
  }

  onMessage(from: NodeId, message: RaftMessage): void {
    switch (message.type) {
      case 'append-entries':
        this.onAppendEntries(from, message);
        break;
      case 'append-entries-reply':
        this.onAppendEntriesReply(from, message);
        break;
      case 'request-vote':
        this.onRequestVote(from, message);
        break;
      case 'request-vote-reply':
        this.onRequestVoteReply(from, message);
        break;
      case 'install-snapshot':
        this.onInstallSnapshot(from, message);
        break;
      case 'install-snapshot-reply':
        this.onInstallSnapshotReply(from, message);
        break;
    }
    this.flush();
  }

  onTimer(name: string): void {
    if (name === 'election') this.onElectionTimer();
    else if (name === 'heartbeat') this.onHeartbeatTimer();
    this.flush();
  }

  onSynced(ticket: SyncTicket): void {
    this.syncCompleted(ticket);
    this.onDurable();
    this.flush();
  }

  onRequest(id: RequestId, request: Request): void {
    if (this.role !== 'leader') this.env.reply(id, { type: 'redirect', leader: this.leader });
    else this.#take(id, request);
    this.flush();
  }

  #take(id: RequestId, request: Request): void {
    const problem = problemWith(request);
    if (problem !== null) this.env.reply(id, { type: 'fail', error: problem });
    else if (this.#isOverloaded()) this.env.reply(id, { type: 'fail', error: 'overloaded' });
    else if (request.f === 'read') this.serveRead({ id, key: request.key ?? '' });
    else {
      this.#commands.set(this.propose(request), id);
      this.mayAbdicate();
    }
  }

  #isOverloaded(): boolean {
    const { maxPending } = this.settings;
    const uncommitted = this.log.lastIndex - this.commitIndex;
    return uncommitted >= maxPending || this.#waiting.length + this.#confirming.length >= maxPending;
  }

  protected override queues(onQueue: OnQueue): void {
    super.queues(onQueue);
    onQueue('waiting reads', this.#waiting.length + this.#confirming.length, this.settings.maxPending);
  }

  protected override onApplied(index: number, response: Response): void {
    const id = this.#commands.get(index);
    if (id === undefined) return;
    this.#commands.delete(index);
    this.env.reply(id, response);
  }

  /** The commands may yet be committed by a later leader, or never; the reads did nothing. */
  protected override onDeposed(): void {
    super.onDeposed();
    for (const id of this.#commands.values()) {
      this.env.reply(id, this.inDoubt());
    }
    this.#commands.clear();
    for (const { id } of [...this.#confirming, ...this.#waiting]) {
      this.env.reply(id, { type: 'redirect', leader: this.leader });
    }
    this.#confirming = [];
    this.#waiting = [];
  }

  /** What a deposed leader says of a command that is in its log: a later leader may commit it. */
  protected inDoubt(): Response {
    return { type: 'info', error: 'the leader stepped down before the command was committed' };
  }

  // Linearizable reads without the log (ReadIndex, thesis 6.4). Reads that come during a round share the next one.

  protected serveRead(read: Read): void {
    this.#waiting.push(read);
    this.#confirmReads();
  }

  /** Starts a round for the reads that wait, unless one is under way or the commit index is not known yet. */
  #confirmReads(): void {
    if (this.#waiting.length === 0 || this.#confirming.length > 0 || !this.knowsCommitIndex()) return;
    this.#confirming = this.#waiting;
    this.#waiting = [];
    this.#readIndex = this.commitIndex;
    this.startRound();
  }

  protected override onRoundConfirmed(): void {
    this.cover('read-index-confirmed');
    const confirmed = this.#confirming;
    this.#confirming = [];
    invariant(this.lastApplied >= this.#readIndex, () => `reading at ${this.lastApplied}, before ${this.#readIndex}`);
    for (const read of confirmed) this.answerRead(read);
    this.#confirmReads();
  }

  protected answerRead({ id, key }: Read): void {
    this.env.reply(id, { type: 'ok', value: this.stateMachine.read(key) });
  }

  protected override commit(index: number): void {
    super.commit(index);
    if (this.role === 'leader') this.#confirmReads();
  }
}

/** Makes servers of one kind: Raft itself, or a variant of it. Settings that make no sense are a RangeError. */
export function creating(
  Kind: new (env: Env<RaftMessage>, settings: RaftSettings) => Raft,
): CreateProtocol<RaftMessage> {
  return (env, settings = {}) => new Kind(env, settingsFrom(settings));
}
