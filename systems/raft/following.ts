/**
 * What a follower does with what a leader sends: the receivers of AppendEntries (figure 2) and InstallSnapshot (figure 13).
 *
 * Nothing is acknowledged before it is durable. An acknowledgement says up to where the durable log is known to be the
 * leader's, so late, doubled and reordered ones do no harm, and one can answer several messages.
 */

import { invariant } from '../protocol.ts';
import type { NodeId } from '../protocol.ts';
import type { AppendEntries, Entry, InstallSnapshot } from './messages.ts';
import { Voting } from './voting.ts';

/** A snapshot of which some chunks have come, all from the leader of the current term. */
interface Incoming {
  readonly lastIndex: number;
  readonly chunks: string[];
  size: number;
}

export abstract class Following extends Voting {
  /** Up to here this log is the one of the current term's leader. */
  #verified = 0;
  /** The latest of the current leader's rounds that has come here. */
  #roundHeard = 0;
  /** Some of what is verified was not durable yet when it was last acknowledged. */
  #owesAcknowledgement = false;
  #incoming: Incoming | null = null;

  protected override enterTerm(term: number, votedFor: NodeId | null): void {
    super.enterTerm(term, votedFor);
    this.#verified = 0;
    this.#roundHeard = 0;
    this.#owesAcknowledgement = false;
    this.#incoming = null;
  }

  protected override get roundHeard(): number {
    return this.#roundHeard;
  }

  /** Follows the sender as the leader of its term; false, and a word about the term, when it is one of the past. */
  #hear(from: NodeId, { term, round }: { readonly term: number; readonly round: number }): boolean {
    if (term < this.currentTerm) {
      this.#reject(from, 0, 0, 0);
      return false;
    }
    if (term > this.currentTerm || this.role !== 'follower' || this.leader !== from) {
      invariant(
        term > this.currentTerm || this.role !== 'leader',
        () => `two leaders in term ${term}: ${this.env.self} and ${from}`,
      );
      this.follow(term, from);
    }
    this.heardLeader();
    this.#roundHeard = Math.max(this.#roundHeard, round);
    return true;
  }

  protected onAppendEntries(from: NodeId, message: AppendEntries): void {
    if (!this.#hear(from, message)) return;
    this.checkVotes(from, message);
    const { prevLogIndex, prevLogTerm, entries } = message;
    const end = prevLogIndex + entries.length;
    this.#checkCommitted(message, Math.min(end, this.commitIndex));
    // What is committed here is in every later leader's log (Leader Completeness), compacted or not.
    if (prevLogIndex > this.commitIndex && !this.fits(prevLogIndex, prevLogTerm)) {
      this.#rejectConflict(from, prevLogIndex);
      return;
    }
    const known = this.knownUpTo(prevLogIndex);
    for (let index = known + 1; index <= end; index++) {
      const entry = entries[index - prevLogIndex - 1];
      invariant(entry !== undefined, () => `message without entry ${index}`);
      if (index <= this.log.lastIndex) {
        if (this.has(index, entry)) continue;
        this.#truncate(index);
      }
      this.log.append(entry);
    }
    this.#verified = Math.max(this.#verified, end, this.commitIndex);
    const committed = Math.min(message.leaderCommit, this.#verified);
    if (committed > this.commitIndex) this.commit(committed);
    this.#acknowledge(entries.length === 0);
  }

  /** Step 2: whether this log contains the entry before those of the message. */
  protected fits(prevLogIndex: number, prevLogTerm: number): boolean {
    return this.log.matches(prevLogIndex, prevLogTerm);
  }

  /** What is committed is the leader's as well, and may be compacted: only what comes after it is looked at. */
  protected knownUpTo(prevLogIndex: number): number {
    return Math.max(prevLogIndex, this.commitIndex);
  }

  /** Step 3: an entry of the same index and term is the same. */
  protected has(index: number, entry: Entry): boolean {
    return this.log.matches(index, entry.term);
  }

  /** Leader Completeness (figure 3), at the last committed index that the message shows. */
  #checkCommitted({ prevLogIndex, prevLogTerm, entries, term }: AppendEntries, index: number): void {
    if (index < prevLogIndex || index < this.log.first) return;
    const theirs = index === prevLogIndex ? prevLogTerm : entries[index - prevLogIndex - 1]?.term;
    invariant(
      theirs === this.log.term(index),
      () => `the leader of term ${term} has another entry at ${index}, which is committed`,
    );
  }

  #truncate(index: number): void {
    invariant(
      index > this.commitIndex && index > this.#verified,
      () =>
        `truncating at ${index}, though committed up to ${this.commitIndex} and the leader's up to ${this.#verified}`,
    );
    this.log.truncate(index);
    this.env.probe('log-truncated', index);
  }

  #rejectConflict(from: NodeId, prevLogIndex: number): void {
    const { lastIndex } = this.log;
    if (prevLogIndex > lastIndex) {
      this.#reject(from, prevLogIndex, lastIndex + 1, 0);
    } else {
      const conflictTerm = this.log.term(prevLogIndex);
      this.#reject(
        from,
        prevLogIndex,
        Math.max(this.log.firstIndexFrom(conflictTerm), this.commitIndex + 1),
        conflictTerm,
      );
    }
  }

  #reject(to: NodeId, prevLogIndex: number, conflictIndex: number, conflictTerm: number): void {
    this.env.send(to, {
      type: 'append-entries-reply',
      success: false,
      term: this.currentTerm,
      prevLogIndex,
      conflictIndex,
      conflictTerm,
      round: this.#roundHeard,
    });
  }

  /** Acknowledges what is durable: at once if that is all, or if something waits for any word; otherwise when it is. */
  #acknowledge(atOnce: boolean): void {
    const matchIndex = Math.min(this.#verified, this.durableIndex());
    this.#owesAcknowledgement = !this.hardStateDurable() || matchIndex < this.#verified;
    if (this.leader === null || !this.hardStateDurable()) return;
    if (this.#owesAcknowledgement && !atOnce) return;
    this.env.send(this.leader, {
      type: 'append-entries-reply',
      success: true,
      term: this.currentTerm,
      matchIndex,
      round: this.#roundHeard,
    });
  }

  protected override onDurable(): void {
    super.onDurable();
    if (this.#owesAcknowledgement && this.role === 'follower') this.#acknowledge(true);
  }

  protected onInstallSnapshot(from: NodeId, message: InstallSnapshot): void {
    if (!this.#hear(from, message)) return;
    const { lastIncludedIndex: lastIndex, lastIncludedTerm: lastTerm, offset, data, done } = message;
    if (lastIndex <= this.commitIndex) {
      this.#verified = Math.max(this.#verified, this.commitIndex);
      this.#acknowledge(true);
      return;
    }
    const incoming = this.#incomingFor(message);
    if (incoming === null) return;
    if (offset === incoming.size) {
      incoming.chunks.push(data);
      incoming.size += data.length;
      if (done) {
        this.#incoming = null;
        this.install({ lastIndex, lastTerm, data: incoming.chunks.join('') });
        this.#verified = Math.max(this.#verified, lastIndex);
        this.#acknowledge(false);
        return;
      }
    }
    this.env.send(from, {
      type: 'install-snapshot-reply',
      term: this.currentTerm,
      lastIncludedIndex: lastIndex,
      offset,
      nextOffset: incoming.size,
      round: this.#roundHeard,
    });
  }

  /** Chunks of one snapshot belong together; a newer one begins anew, and an older one is late: null. */
  #incomingFor({ lastIncludedIndex: lastIndex }: InstallSnapshot): Incoming | null {
    const current = this.#incoming;
    if (current !== null && current.lastIndex === lastIndex) return current;
    if (current !== null && current.lastIndex > lastIndex) return null;
    return (this.#incoming = { lastIndex, chunks: [], size: 0 });
  }
}
