/** What invariants may see of a Raft server. */

import type { NodeId } from '../protocol.ts';
import type { Entry, Snapshot } from './messages.ts';

export type Role = 'follower' | 'pre-candidate' | 'candidate' | 'leader';

/** A log as one may look at it: entries from the base on. */
export interface LogView {
  /** Index of the base, whose command is not used any more. */
  readonly first: number;
  readonly lastIndex: number;
  entry(index: number): Entry;
  matches(index: number, term: number): boolean;
}

/** Told of something that must not grow without bound: its name, how much of it there is, and how much there may be. */
export type OnQueue = (name: string, length: number, most: number) => void;

export interface RaftState {
  readonly term: number;
  readonly votedFor: NodeId | null;
  readonly role: Role;
  readonly commitIndex: number;
  readonly lastApplied: number;
  readonly log: LogView;
  readonly snapshot: Snapshot | null;
  /** Those that this candidate or leader has the votes of. */
  readonly voters: ReadonlySet<NodeId>;
  /** The latest of the current leader's rounds that came here. */
  readonly roundHeard: number;
  /** The latest of this leader's own rounds that it takes for answered by a quorum. */
  readonly roundConfirmed: number;
  queues(onQueue: OnQueue): void;
}
