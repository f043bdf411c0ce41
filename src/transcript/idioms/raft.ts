/** Raft, told in the words of its paper: logs as the terms of their entries, as its figures 7 and 8 draw them. */

import type { DiskImage, Json, NodeId } from '../../../systems/protocol.ts';
import type { RaftState } from '../../../systems/raft/inspection.ts';
import type { Entry, HardState, RaftMessage } from '../../../systems/raft/messages.ts';
import { UsageError } from '../../errors.ts';
import { nothingSeen, type Idiom } from '../idiom.ts';
import { plainDialect } from './plain.ts';

const glyphs: Readonly<Record<string, string>> = { leader: '●', candidate: '◐', 'pre-candidate': '◔', follower: '○' };

export const raftIdiom: Idiom = {
  name: 'raft',
  look({ state }) {
    if (state === null) return nothingSeen;
    const { role, term, log, commitIndex } = state as RaftState;
    const entries = Array.from({ length: log.lastIndex - log.first }, (_, i) => termAt(log, log.first + 1 + i));
    return { role, leads: role === 'leader', term, log: { compacted: log.first, entries }, committed: commitIndex };
  },
  glyph: (role) => glyphs[role] ?? '?',
  message(message) {
    const raft = message as unknown as RaftMessage;
    const routine = raft.type === 'append-entries' && raft.entries.length === 0;
    return { kind: raft.type, text: inWords(raft), brief: `${inBrief(raft)}, t${raft.term}`, routine };
  },
  dialect: plainDialect,
  electionTimer: 'election',
};

const termAt = (log: RaftState['log'], index: number): string => String(log.entry(index).term);

/** Places in a log are `index:term`. */
function inWords(message: RaftMessage): string {
  switch (message.type) {
    case 'request-vote': {
      const { preVote, term, lastLogIndex, lastLogTerm } = message;
      return `${preVote ? 'would you vote' : 'vote'} for me in term ${term}? my log ends at ${lastLogIndex}:${lastLogTerm}`;
    }
    case 'request-vote-reply': {
      const { preVote, term, voteGranted } = message;
      if (!voteGranted) return `no; I am in term ${term}`;
      return preVote ? `yes, I would in term ${term}` : `yes, my vote in term ${term}`;
    }
    case 'append-entries': {
      const { prevLogIndex, prevLogTerm, entries, leaderCommit } = message;
      const what = entries.length === 0 ? 'nothing new' : `append ${entries.map(({ term }) => term).join(' ')}`;
      return `after ${prevLogIndex}:${prevLogTerm} ${what}; committed up to ${leaderCommit}`;
    }
    case 'append-entries-reply': {
      if (message.success) return `mine is yours up to ${message.matchIndex}`;
      const { prevLogIndex, conflictIndex, conflictTerm } = message;
      if (prevLogIndex === 0) return `no; I am in term ${message.term}`;
      if (conflictTerm === 0) return `no; nothing at ${prevLogIndex}, my log ends at ${conflictIndex - 1}`;
      return `no; ${prevLogIndex} is of term ${conflictTerm} here, which begins at ${conflictIndex}`;
    }
    case 'install-snapshot': {
      const { lastIncludedIndex, lastIncludedTerm, offset, data, done } = message;
      const part =
        offset === 0 && done ? '' : `, bytes ${offset} to ${offset + data.length}${done ? ', the last' : ''}`;
      return `snapshot up to ${lastIncludedIndex}:${lastIncludedTerm}${part}`;
    }
    case 'install-snapshot-reply':
      return `of the snapshot up to ${message.lastIncludedIndex} I lack what follows byte ${message.nextOffset}`;
  }
}

function inBrief(message: RaftMessage): string {
  switch (message.type) {
    case 'request-vote': {
      const { preVote, lastLogIndex, lastLogTerm } = message;
      const log = lastLogIndex === 0 ? 'empty' : `${lastLogIndex}:${lastLogTerm}`;
      return `${preVote ? 'pre-vote?' : 'vote?'} ${log}`;
    }
    case 'request-vote-reply':
      if (message.preVote) return message.voteGranted ? 'would' : 'would not';
      return message.voteGranted ? 'yes' : 'no';
    case 'append-entries': {
      const { prevLogIndex, entries, leaderCommit } = message;
      if (entries.length === 0) return leaderCommit === 0 ? 'heartbeat' : `commit ${leaderCommit}`;
      const named = entries.slice(0, 2).map(({ term }, i) => `${prevLogIndex + 1 + i}:${term}`);
      return `append ${named.join(' ')}${entries.length > 2 ? ` +${entries.length - 2}` : ''}`;
    }
    case 'append-entries-reply':
      return message.success ? `has ${message.matchIndex}` : 'rejects';
    case 'install-snapshot':
      return `snapshot to ${message.lastIncludedIndex}:${message.lastIncludedTerm}`;
    case 'install-snapshot-reply':
      return 'wants more';
  }
}

export interface RaftDisk {
  /** The server's current term; by default that of its last entry. */
  readonly term?: number;
  /** Whom it has voted for in that term. */
  readonly votedFor?: NodeId;
}

/**
 * The disk of a server whose log has entries of these terms: `'1 1 1 4'`. Entries of the same index and term are the same
 * on all disks, as the Log Matching Property has it: each writes a key of its own.
 */
export function raftDisk(log: string, { term, votedFor }: RaftDisk = {}): DiskImage {
  const terms = log.split(/\s+/).filter(Boolean).map(Number);
  if (terms.some((of, i) => !Number.isSafeInteger(of) || of < Math.max(1, terms[i - 1] ?? 1))) {
    throw new UsageError(`a log is a list of terms that never decrease, such as '1 1 2', not ${JSON.stringify(log)}`);
  }
  const last = terms.at(-1) ?? 0;
  if (term !== undefined && term < last) throw new UsageError(`term ${term} is behind a log that ends in term ${last}`);
  const hardState: HardState = { term: term ?? last, votedFor: votedFor ?? null };
  const entries = terms.map((of, i): Entry => {
    return { term: of, command: { f: 'write', key: `entry ${i + 1}`, value: `of term ${of}` } };
  });
  return {
    values: new Map<string, Json>([['hard-state', hardState]]),
    logs: new Map([['log', { first: 0, records: [{ term: 0, command: null }, ...entries] }]]),
  };
}
