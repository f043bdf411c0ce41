/**
 * What Raft servers say to each other (figures 2 and 13 of the paper) and what they keep. Everything is JSON, and never
 * changes once made: a follower's log holds the very entries that came in a message.
 */

import type { Json } from '../protocol.ts';

/** A client's command as it stands in the log: the request without its name. */
export type Command = {
  readonly f: string;
  readonly key?: string;
  readonly value?: Json;
  readonly session?: number;
  readonly sequence?: number;
};

/** One entry of the log; its index is its position. A null command is a leader's no-op. */
export type Entry = { readonly term: number; readonly command: Command | null };

/** What must survive a crash besides log and snapshot. One record, so that term and vote can't part. */
export type HardState = { readonly term: number; readonly votedFor: string | null };

/** The state machine after the entry `lastIndex`, of term `lastTerm`. `data` is ASCII, so its length is in bytes. */
export type Snapshot = { readonly lastIndex: number; readonly lastTerm: number; readonly data: string };

/**
 * With `preVote`, asks only whether a vote in `term` would be given (thesis 9.6). `votes` names those that have voted for the
 * candidate so far; it decides nothing, but lets a rival see a vote that was given twice.
 */
export type RequestVote = {
  readonly type: 'request-vote';
  readonly preVote: boolean;
  readonly term: number;
  readonly lastLogIndex: number;
  readonly lastLogTerm: number;
  readonly votes: readonly string[];
};

/** A vote given carries the term that was asked for; a vote denied, the voter's own. */
export type RequestVoteReply = {
  readonly type: 'request-vote-reply';
  readonly preVote: boolean;
  readonly term: number;
  readonly voteGranted: boolean;
};

/**
 * `round` is the leader's latest round of confirming that it still leads (ReadIndex, thesis 6.4). The first
 * messages and those without entries have in `votes` who elected the leader, for the same purpose as in RequestVote.
 */
export type AppendEntries = {
  readonly type: 'append-entries';
  readonly term: number;
  readonly prevLogIndex: number;
  readonly prevLogTerm: number;
  readonly entries: readonly Entry[];
  readonly leaderCommit: number;
  readonly round: number;
  readonly votes: readonly string[];
};

/** In `term` this server's durable log is the leader's, up to `matchIndex`. */
export type AppendEntriesAccepted = {
  readonly type: 'append-entries-reply';
  readonly success: true;
  readonly term: number;
  readonly matchIndex: number;
  readonly round: number;
};

/**
 * The entry at `prevLogIndex` is missing (`conflictTerm` 0, `conflictIndex` just past the log) or of another term
 * (`conflictTerm`, whose first entry here is at `conflictIndex`): section 5.3 of the paper. A reply with a term above the
 * leader's says only that.
 */
export type AppendEntriesRejected = {
  readonly type: 'append-entries-reply';
  readonly success: false;
  readonly term: number;
  readonly prevLogIndex: number;
  readonly conflictIndex: number;
  readonly conflictTerm: number;
  readonly round: number;
};

export type AppendEntriesReply = AppendEntriesAccepted | AppendEntriesRejected;

/** One chunk of a snapshot, from byte `offset` on. */
export type InstallSnapshot = {
  readonly type: 'install-snapshot';
  readonly term: number;
  readonly lastIncludedIndex: number;
  readonly lastIncludedTerm: number;
  readonly offset: number;
  readonly data: string;
  readonly done: boolean;
  readonly round: number;
};

/**
 * Answers the chunk at `offset`; the server wants `nextOffset` next. The last chunk is answered by an
 * `AppendEntriesAccepted` that covers the snapshot, once that is durable.
 */
export type InstallSnapshotReply = {
  readonly type: 'install-snapshot-reply';
  readonly term: number;
  readonly lastIncludedIndex: number;
  readonly offset: number;
  readonly nextOffset: number;
  readonly round: number;
};

export type RaftMessage =
  RequestVote | RequestVoteReply | AppendEntries | AppendEntriesReply | InstallSnapshot | InstallSnapshotReply;
