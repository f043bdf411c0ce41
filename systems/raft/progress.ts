/**
 * What a leader knows of one follower (`nextIndex` and `matchIndex` of figure 2), and how it sends to it (thesis 10.2.1):
 * one message at a time until their logs are known to meet, then pipelined.
 */

import type { NodeId } from '../protocol.ts';
import type { Log } from './log.ts';
import type { AppendEntriesRejected, Snapshot } from './messages.ts';

/**
 * - `probe`: looking for where the logs meet; `sent` says that a message is out.
 * - `replicate`: they meet at `nextIndex - 1` unless messages got lost; `inflight` holds the last index of each message out.
 * - `snapshot`: sending `snapshot`, of which the chunk at `offset` is out.
 */
export type Sending =
  | { readonly mode: 'probe'; sent: boolean }
  | { readonly mode: 'replicate'; readonly inflight: number[] }
  | { readonly mode: 'snapshot'; readonly snapshot: Snapshot; offset: number };

export interface Progress {
  readonly id: NodeId;
  nextIndex: number;
  /** The highest index known to be durable there. Never goes back. */
  matchIndex: number;
  /** When this follower last answered, in monotonic ms. */
  heardAt: number;
  /** The latest round that it has answered. */
  round: number;
  sending: Sending;
}

/** What a new leader assumes: the follower's log is like its own. */
export function newProgress(id: NodeId, lastIndex: number, now: number): Progress {
  return {
    id,
    nextIndex: lastIndex + 1,
    matchIndex: 0,
    heardAt: now,
    round: 0,
    sending: { mode: 'probe', sent: false },
  };
}

/** The follower's durable log is the leader's up to `matchIndex`. False when that is no news. */
export function accepted(progress: Progress, matchIndex: number): boolean {
  const news = matchIndex > progress.matchIndex;
  if (news) progress.matchIndex = matchIndex;
  progress.nextIndex = Math.max(progress.nextIndex, progress.matchIndex + 1);
  const { sending } = progress;
  if (sending.mode === 'replicate') {
    while ((sending.inflight[0] ?? Infinity) <= progress.matchIndex) sending.inflight.shift();
  } else if (sending.mode === 'probe' || progress.matchIndex >= sending.snapshot.lastIndex) {
    progress.nextIndex = progress.matchIndex + 1;
    progress.sending = { mode: 'replicate', inflight: [] };
  }
  return news;
}

/**
 * The logs do not meet at the rejected index: looks further back, past a whole term at a time (section 5.3). False when
 * the rejection is late and says nothing new.
 */
export function rejected(progress: Progress, reply: AppendEntriesRejected, log: Log): boolean {
  const { sending } = progress;
  const { prevLogIndex, conflictIndex, conflictTerm } = reply;
  if (sending.mode === 'snapshot' || prevLogIndex <= progress.matchIndex) return false;
  if (sending.mode === 'probe' && prevLogIndex !== progress.nextIndex - 1) return false;
  const sameTerm = conflictTerm === 0 ? null : log.lastIndexOf(conflictTerm);
  const next = sameTerm !== null && sameTerm < prevLogIndex ? sameTerm + 1 : conflictIndex;
  progress.nextIndex = Math.max(progress.matchIndex + 1, Math.min(next, prevLogIndex));
  progress.sending = { mode: 'probe', sent: false };
  return true;
}
