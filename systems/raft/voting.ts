/**
 * Elections: RequestVote and the rules for candidates (figure 2), with PreVote (thesis 9.6) and votes withheld while a
 * leader is alive (thesis 4.2.3), so that a server that comes back from a partition disturbs nobody.
 *
 * A vote is given, and votes are asked for, only once term and vote are durable. That also makes every entry written
 * before durable, so that a candidate can't come back from a crash with a shorter log than the one it was elected for.
 */

import { invariant } from '../protocol.ts';
import type { NodeId } from '../protocol.ts';
import type { RequestVote, RequestVoteReply } from './messages.ts';
import { Server } from './server.ts';

export abstract class Voting extends Server {
  /** Those that said yes in the present (pre-)election. */
  readonly #granted = new Set<NodeId>();
  /** Who is known to have voted for whom in the current term. */
  readonly #votesSeen = new Map<NodeId, NodeId>();
  /** A vote was given that is not durable yet, and so not sent. */
  #owesVote = false;
  /** The present (pre-)election's requests are out. */
  #asking = false;
  #leaderHeardAt = -Infinity;
  /** Nothing heard until then: stand for election. Moved on every sign of the leader, without touching the timer. */
  #electionDeadline = 0;
  #electionTimeout = 0;

  protected restartElectionTimer(): void {
    const { electionTimeoutMs, electionSpreadMs } = this.settings;
    const share = this.env.random();
    this.#electionTimeout = this.env.buggify('early-election')
      ? 1 + electionTimeoutMs * share
      : electionTimeoutMs + electionSpreadMs * share;
    this.#electionDeadline = this.env.monotonicNow() + this.#electionTimeout;
    this.env.setTimer('election', this.#electionTimeout);
  }

  protected onElectionTimer(): void {
    if (this.role === 'leader') return;
    const remaining = this.#electionDeadline - this.env.monotonicNow();
    // Whole milliseconds: a timer as short as what rounding leaves over may not move the clock at all.
    if (remaining > 0) this.env.setTimer('election', Math.ceil(remaining));
    else this.campaign();
  }

  /** The leader of the current term was just heard. */
  protected heardLeader(): void {
    this.#leaderHeardAt = this.env.monotonicNow();
    this.#electionDeadline = this.#leaderHeardAt + this.#electionTimeout;
  }

  /** Votes are withheld while a leader is alive (thesis 4.2.3). */
  protected leaderIsAlive(): boolean {
    if (this.role === 'leader') return true;
    return this.leader !== null && this.env.monotonicNow() - this.#leaderHeardAt < this.settings.electionTimeoutMs;
  }

  /** Nothing was heard of a leader for too long: first asks whether an election would be won (PreVote). */
  protected campaign(): void {
    if (this.env.buggify('no-pre-vote')) {
      this.standForElection();
      return;
    }
    this.become('pre-candidate', null);
    this.#startElection();
    this.#ask();
  }

  /** Figure 2, "on conversion to candidate, start election"; the requests go out once the vote for itself is durable. */
  protected standForElection(): void {
    this.enterTerm(this.currentTerm + 1, this.ownVote());
    this.become('candidate', null);
    this.#startElection();
  }

  /** A candidate votes for itself (section 5.2). */
  protected ownVote(): NodeId | null {
    return this.env.self;
  }

  #startElection(): void {
    this.#granted.clear();
    this.#owesVote = false;
    this.#asking = false;
    this.restartElectionTimer();
  }

  /** Counts this server's own vote and asks the others for theirs. */
  #ask(): void {
    this.#asking = true;
    this.#granted.add(this.env.self);
    this.askAgain();
    this.#count(this.env.self);
  }

  /** Asks those that have not said yes; on every heartbeat interval, since messages get lost and minds change. */
  protected askAgain(): void {
    const preVote = this.role === 'pre-candidate';
    if (!this.#asking || !(preVote || this.role === 'candidate')) return;
    const request: RequestVote = {
      type: 'request-vote',
      preVote,
      term: preVote ? this.currentTerm + 1 : this.currentTerm,
      lastLogIndex: this.log.lastIndex,
      lastLogTerm: this.log.lastTerm,
      votes: preVote ? [] : [...this.voters],
    };
    for (const peer of this.env.peers) if (!this.#granted.has(peer)) this.env.send(peer, request);
    this.env.setTimer('heartbeat', this.settings.heartbeatMs);
  }

  protected onRequestVote(from: NodeId, request: RequestVote): void {
    const withheld = this.leaderIsAlive() && !this.env.buggify('vote-though-led');
    if (!withheld && !request.preVote && request.term > this.currentTerm) this.follow(request.term, null);
    this.checkVotes(from, request);
    if (withheld) {
      this.cover('vote-withheld', from);
    } else if (!this.#mayVote(from, request)) {
      this.#reply(from, request.preVote, this.currentTerm, false);
    } else if (request.preVote) {
      this.#reply(from, true, request.term, true);
    } else {
      this.follow(request.term, null);
      this.voteFor(from);
      this.restartElectionTimer();
      this.#owesVote = true;
      this.#sendVote();
    }
  }

  /** Election Safety rests on this: nobody votes for two candidates in a term. */
  protected checkVotes(
    candidate: NodeId,
    { term, votes }: { readonly term: number; readonly votes: readonly NodeId[] },
  ): void {
    if (term === this.currentTerm) for (const voter of votes) this.#checkVote(voter, candidate);
  }

  #checkVote(voter: NodeId, candidate: NodeId): void {
    const before = this.#votesSeen.get(voter);
    invariant(
      before === undefined || before === candidate,
      () => `${voter} voted twice in term ${this.currentTerm}: for ${before ?? ''} and ${candidate}`,
    );
    if (before === undefined) this.#votesSeen.set(voter, candidate);
  }

  protected override get voters(): ReadonlySet<NodeId> {
    return this.#granted;
  }

  /** Figure 2, RequestVote, steps 1 and 2; for a PreVote, as it would be in the term asked for. */
  #mayVote(from: NodeId, request: RequestVote): boolean {
    if (request.term < this.currentTerm) return false;
    if (request.term === this.currentTerm && this.votedFor !== null && this.votedFor !== from) return false;
    if (this.isUpToDate(request)) return true;
    this.cover('vote-denied-log', from);
    return false;
  }

  /** Section 5.4.1: the candidate's log ends in a later term, or in the same term and is at least as long. */
  protected isUpToDate({ lastLogTerm, lastLogIndex }: RequestVote): boolean {
    if (lastLogTerm !== this.log.lastTerm) return lastLogTerm > this.log.lastTerm;
    return lastLogIndex >= this.log.lastIndex;
  }

  #sendVote(): void {
    if (!this.#owesVote || !this.hardStateDurable() || this.votedFor === null) return;
    this.#owesVote = false;
    this.#reply(this.votedFor, false, this.currentTerm, true);
  }

  #reply(to: NodeId, preVote: boolean, term: number, voteGranted: boolean): void {
    this.env.send(to, { type: 'request-vote-reply', preVote, term, voteGranted });
  }

  protected onRequestVoteReply(from: NodeId, reply: RequestVoteReply): void {
    const { preVote, term, voteGranted } = reply;
    if (!voteGranted && term > this.currentTerm) {
      this.follow(term, null);
      return;
    }
    const asked = this.role === 'pre-candidate' ? this.currentTerm + 1 : this.currentTerm;
    if (this.role !== (preVote ? 'pre-candidate' : 'candidate') || !this.#asking) return;
    if (voteGranted && term === asked) this.#count(from);
  }

  #count(voter: NodeId): void {
    this.#granted.add(voter);
    if (this.role === 'candidate') this.#checkVote(voter, this.env.self);
    if (!this.isQuorum((server) => this.#granted.has(server))) return;
    this.#asking = false;
    if (this.role === 'pre-candidate') this.standForElection();
    else this.lead();
  }

  protected override enterTerm(term: number, votedFor: NodeId | null): void {
    super.enterTerm(term, votedFor);
    this.#votesSeen.clear();
    this.#owesVote = false;
    this.#asking = false;
  }

  protected override onDurable(): void {
    if (this.role === 'candidate' && !this.#asking && this.hardStateDurable()) this.#ask();
    this.#sendVote();
  }

  /** Won: takes up the lead of the current term. */
  protected abstract lead(): void;
}
