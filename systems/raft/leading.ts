/**
 * The rules for leaders (figure 2): replication, commitment by counting, snapshots for followers that lag (figure 13),
 * stepping down when no quorum answers (CheckQuorum, thesis 6.2), and rounds that confirm that it still leads (6.4).
 *
 * Entries go out before they are durable here; the leader counts itself only for what is (thesis 10.2.1).
 */

import { invariant } from '../protocol.ts';
import type { NodeId } from '../protocol.ts';
import { Following } from './following.ts';
import type { OnQueue } from './inspection.ts';
import type { AppendEntriesReply, Command, Entry, InstallSnapshotReply } from './messages.ts';
import { accepted, newProgress, rejected } from './progress.ts';
import type { Progress } from './progress.ts';

const NOTHING: readonly Entry[] = [];
const NOBODY: readonly NodeId[] = [];

export abstract class Leading extends Following {
  readonly #followers = new Map<NodeId, Progress>();
  #voters = NOBODY;
  /** In this term, commands go out with the answers to heartbeats only. */
  #sendsLater = false;
  /** Once this is committed, so is all that earlier leaders committed. */
  #termStart = 0;
  /** The latest round, and that which a quorum has answered. */
  #round = 0;
  #roundConfirmed = 0;

  protected override lead(): void {
    const { lastIndex } = this.log;
    const now = this.env.monotonicNow();
    this.become('leader', this.env.self);
    this.env.probe('election-won', this.currentTerm);
    this.#voters = [...this.voters];
    this.#sendsLater = this.env.buggify('send-later');
    this.#followers.clear();
    for (const peer of this.env.peers) this.#followers.set(peer, newProgress(peer, lastIndex, now));
    this.#round = this.#roundConfirmed = 0;
    this.#termStart = this.openTerm();
    this.env.cancelTimer('election');
    this.env.setTimer('heartbeat', this.settings.heartbeatMs);
    for (const follower of this.#followers.values()) {
      // Even with nothing to send, the others must hear of the new leader at once.
      this.#replicate(follower);
      if (follower.sending.mode === 'probe' && !follower.sending.sent) this.#beat(follower);
    }
  }

  protected override onDeposed(): void {
    this.env.cancelTimer('heartbeat');
    this.restartElectionTimer();
    this.#followers.clear();
  }

  /** Begins the term with a no-op, by whose commitment all before it is committed; returns its index. */
  protected openTerm(): number {
    this.log.append({ term: this.currentTerm, command: null });
    return this.log.lastIndex;
  }

  /** Whether the commit index takes in everything that any leader has committed until now (section 8). */
  protected knowsCommitIndex(): boolean {
    return this.commitIndex >= this.#termStart;
  }

  /** Appends a command and sends it out; returns its index. */
  protected propose(command: Command): number {
    this.log.append({ term: this.currentTerm, command });
    if (this.#sendsLater) return this.log.lastIndex;
    for (const follower of this.#followers.values()) this.#replicate(follower);
    return this.log.lastIndex;
  }

  protected onHeartbeatTimer(): void {
    if (this.role !== 'leader') {
      this.askAgain();
      return;
    }
    if (!this.hearsQuorum()) {
      this.env.probe('check-quorum-stepped-down', this.currentTerm);
      this.follow(this.currentTerm, null);
      return;
    }
    if (this.mayAbdicate()) return;
    for (const follower of this.#followers.values()) this.#beat(follower);
    this.env.setTimer('heartbeat', this.settings.heartbeatMs);
  }

  /** A leader may step down whenever it likes; says whether it did. */
  protected mayAbdicate(): boolean {
    if (!this.env.buggify('abdicate')) return false;
    this.env.probe('abdicated', this.currentTerm);
    this.follow(this.currentTerm, null);
    return true;
  }

  /** Whether a quorum has answered of late; a leader that is not heard must not go on. */
  protected hearsQuorum(): boolean {
    const since = this.env.monotonicNow() - this.settings.leaderPatienceMs;
    return this.isQuorum((server) => server === this.env.self || (this.#followers.get(server)?.heardAt ?? 0) > since);
  }

  // Rounds.

  /** Starts a round: once a quorum has answered it, no later leader was elected before it began. */
  protected startRound(): void {
    this.#round++;
    for (const follower of this.#followers.values()) {
      if (follower.sending.mode !== 'snapshot') this.#sendEntries(follower, 0);
    }
    this.#checkRound();
  }

  #checkRound(): void {
    if (this.#roundConfirmed === this.#round) return;
    const round = this.#round;
    if (!this.isQuorum((server) => server === this.env.self || (this.#followers.get(server)?.round ?? 0) >= round))
      return;
    this.#roundConfirmed = round;
    this.onRoundConfirmed();
  }

  protected override get roundConfirmed(): number {
    return this.#roundConfirmed;
  }

  /** A quorum has answered the round that was started last. */
  protected abstract onRoundConfirmed(): void;

  protected override queues(onQueue: OnQueue): void {
    super.queues(onQueue);
    if (this.role !== 'leader') return;
    const { maxInflight, maxPending } = this.settings;
    for (const { sending } of this.#followers.values()) {
      if (sending.mode === 'replicate')
        onQueue('messages under way to a follower', sending.inflight.length, maxInflight);
    }
    // What earlier leaders left uncommitted counts, and the no-op that begins a term.
    onQueue('uncommitted entries', this.log.lastIndex - Math.max(this.commitIndex, this.#termStart), maxPending);
  }

  // Sending.

  /** Says that the leader is there, and finds out whether what was sent has got lost: a gap is rejected. */
  #beat(follower: Progress): void {
    const { sending } = follower;
    if (sending.mode !== 'snapshot') this.#sendEntries(follower, 0);
    else if (sending.offset === 0 && sending.snapshot !== this.snapshot) this.#sendSnapshot(follower);
    else this.#sendChunk(follower);
  }

  /** Sends what the follower's log lacks, as far as it can take more now. */
  #replicate(follower: Progress): void {
    const { maxEntriesPerMessage, maxInflight } = this.settings;
    const { lastIndex } = this.log;
    while (follower.nextIndex <= lastIndex) {
      const { sending } = follower;
      if (sending.mode === 'snapshot') return;
      if (sending.mode === 'probe') {
        if (!sending.sent) this.#sendEntries(follower, maxEntriesPerMessage);
        return;
      }
      if (sending.inflight.length >= maxInflight) return;
      const next = Math.min(follower.nextIndex + maxEntriesPerMessage, lastIndex + 1);
      if (!this.#sendEntries(follower, maxEntriesPerMessage)) return;
      sending.inflight.push(next - 1);
      follower.nextIndex = next;
    }
  }

  /** Sends AppendEntries from `nextIndex` on; a snapshot, and false, when the log does not go back that far. */
  #sendEntries(follower: Progress, limit: number): boolean {
    const { nextIndex } = follower;
    const prevLogIndex = nextIndex - 1;
    if (prevLogIndex < this.log.first || (this.snapshot !== null && this.env.buggify('snapshot-instead'))) {
      this.#sendSnapshot(follower);
      return false;
    }
    this.env.send(follower.id, {
      type: 'append-entries',
      term: this.currentTerm,
      prevLogIndex,
      prevLogTerm: this.log.term(prevLogIndex),
      entries: limit === 0 ? NOTHING : this.log.slice(nextIndex, nextIndex + limit),
      leaderCommit: this.commitIndex,
      round: this.#round,
      votes: limit === 0 || follower.sending.mode === 'probe' ? this.#voters : NOBODY,
    });
    if (follower.sending.mode === 'probe') follower.sending.sent = true;
    return true;
  }

  #sendSnapshot(follower: Progress): void {
    const { snapshot } = this;
    invariant(snapshot !== null, 'the log is compacted but there is no snapshot');
    follower.sending = { mode: 'snapshot', snapshot, offset: 0 };
    this.env.probe('snapshot-sent', follower.id);
    this.#sendChunk(follower);
  }

  #sendChunk(follower: Progress): void {
    if (follower.sending.mode !== 'snapshot') return;
    const { snapshot, offset } = follower.sending;
    const end = offset + this.settings.snapshotChunkBytes;
    this.env.send(follower.id, {
      type: 'install-snapshot',
      term: this.currentTerm,
      lastIncludedIndex: snapshot.lastIndex,
      lastIncludedTerm: snapshot.lastTerm,
      offset,
      data: snapshot.data.slice(offset, end),
      done: end >= snapshot.data.length,
      round: this.#round,
    });
  }

  // Answers.

  /** The follower that sent an answer in the term that this server leads; null when it is to be ignored. */
  #answering(from: NodeId, { term, round }: { readonly term: number; readonly round: number }): Progress | null {
    if (term > this.currentTerm) this.follow(term, null);
    if (this.role !== 'leader' || !this.answersThisTerm(term)) return null;
    const follower = this.#followers.get(from);
    if (follower === undefined) return null;
    follower.heardAt = this.env.monotonicNow();
    if (round > follower.round) {
      follower.round = round;
      this.#checkRound();
    }
    return follower;
  }

  /** Answers to what was sent in an earlier term say nothing about this one. */
  protected answersThisTerm(term: number): boolean {
    return term === this.currentTerm;
  }

  protected onAppendEntriesReply(from: NodeId, reply: AppendEntriesReply): void {
    const follower = this.#answering(from, reply);
    if (follower === null) return;
    if (reply.success) {
      invariant(
        reply.matchIndex <= this.log.lastIndex,
        () => `${from} says that it has entry ${reply.matchIndex} of term ${this.currentTerm}'s leader, who has not`,
      );
      if (accepted(follower, reply.matchIndex)) this.#advanceCommitIndex();
    } else {
      const before = follower.nextIndex;
      if (!rejected(follower, reply, this.log)) return;
      if (before - follower.nextIndex > 1 && reply.conflictTerm !== 0) this.env.probe('fast-backtrack', from);
    }
    this.#replicate(follower);
    if (follower.sending.mode === 'probe' && !follower.sending.sent) this.#beat(follower);
  }

  protected onInstallSnapshotReply(from: NodeId, reply: InstallSnapshotReply): void {
    const follower = this.#answering(from, reply);
    if (follower?.sending.mode !== 'snapshot') return;
    const { snapshot, offset } = follower.sending;
    if (reply.lastIncludedIndex !== snapshot.lastIndex || reply.offset !== offset) return;
    follower.sending.offset = reply.nextOffset;
    this.#sendChunk(follower);
  }

  // Commitment.

  protected override onDurable(): void {
    super.onDurable();
    if (this.role === 'leader') this.#advanceCommitIndex();
  }

  /** Figure 2, last rule for leaders: the highest N that a quorum has stored. */
  #advanceCommitIndex(): void {
    let commitIndex = this.commitIndex;
    for (const server of this.configuration) {
      const index = this.#stored(server);
      if (index > commitIndex && this.isQuorum((other) => this.#stored(other) >= index)) commitIndex = index;
    }
    if (commitIndex > this.commitIndex && this.mayCommit(commitIndex)) this.commit(commitIndex);
  }

  #stored(server: NodeId): number {
    return server === this.env.self ? this.durableIndex() : (this.#followers.get(server)?.matchIndex ?? 0);
  }

  /** An entry that a quorum has stored is committed only if it is of the current term (section 5.4.2, figure 8). */
  protected mayCommit(index: number): boolean {
    return this.log.term(index) === this.currentTerm;
  }
}
