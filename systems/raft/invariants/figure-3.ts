/** The five properties of figure 3 of the paper. Each watches only what changed at the server where something happened. */

import type { NodeId } from '../../protocol.ts';
import type { LogView, RaftState } from '../inspection.ts';
import type { Entry, Snapshot } from '../messages.ts';
import { invariant } from './invariant.ts';

/** Election Safety: at most one leader can be elected in a given term (figure 3; section 5.2). */
export const electionSafety = invariant(
  'election-safety',
  'at most one leader a term (Raft, figure 3 and section 5.2)',
  (servers) => {
    const leaders = new Map<number, NodeId>();
    return {
      onEvent(id) {
        const server = servers.node(id);
        if (server?.role !== 'leader') return null;
        const { term } = server;
        const known = leaders.get(term);
        if (known === id) return null;
        if (known !== undefined) return `two leaders in term ${term}: ${known} and ${id}`;
        leaders.set(term, id);
        return null;
      },
    };
  },
);

/** Leader Append-Only: a leader never overwrites or deletes entries in its log (figure 3; section 5.3). */
export const leaderAppendOnly = invariant(
  'leader-append-only',
  'a leader never overwrites or deletes entries of its log (Raft, figure 3 and section 5.3)',
  (servers) => {
    const seen = new Map<NodeId, { readonly term: number; readonly lastIndex: number; readonly last: Entry }>();
    return {
      onEvent(id) {
        const server = servers.node(id);
        if (server?.role !== 'leader') {
          seen.delete(id);
          return null;
        }
        const { term, log } = server;
        const { lastIndex } = log;
        const before = seen.get(id);
        if (before?.term === term) {
          if (before.lastIndex === lastIndex && before.last === log.entry(lastIndex)) return null;
          if (lastIndex < before.lastIndex) {
            return `${id}, leader of term ${term}, has cut its log from ${before.lastIndex} to ${lastIndex}`;
          }
          const there = before.lastIndex > log.first ? log.entry(before.lastIndex) : before.last;
          if (there !== before.last) return `${id}, leader of term ${term}, has overwritten entry ${before.lastIndex}`;
        }
        seen.set(id, { term, lastIndex, last: log.entry(lastIndex) });
        return null;
      },
    };
  },
);

const none: readonly number[] = [];

/** The entries of one server's log that were not there when it was looked at last. */
function newEntries(): (id: NodeId, log: LogView) => readonly number[] {
  const seen = new Map<NodeId, { first: number; entries: Entry[] }>();
  return (id, log) => {
    const { first, lastIndex } = log;
    let known = seen.get(id);
    if (known === undefined) seen.set(id, (known = { first, entries: [] }));
    if (known.first !== first) {
      known.entries = first > known.first ? known.entries.slice(first - known.first) : [];
      known.first = first;
    }
    const { entries } = known;
    const length = lastIndex - first + 1;
    if (entries.length === length && entries[length - 1] === log.entry(lastIndex)) return none;
    if (entries.length > length) entries.length = length;
    // Logs change at their end: what is the same entry has the same ones before it.
    let same = entries.length;
    while (same > 0 && entries[same - 1] !== log.entry(first + same - 1)) same--;
    entries.length = same;
    const fresh: number[] = [];
    for (let index = first + same; index <= lastIndex; index++) {
      entries.push(log.entry(index));
      // The base stands for what is before it: its command is nobody's.
      if (index > first) fresh.push(index);
    }
    return fresh;
  };
}

const sameCommand = (a: Entry, b: Entry): boolean =>
  a === b || a.command === b.command || JSON.stringify(a.command) === JSON.stringify(b.command);

/**
 * Log Matching: if two logs contain an entry with the same index and term, they are identical in all entries up through
 * it (figure 3; section 5.3). By induction: such entries hold the same command and follow entries of the same term.
 */
export const logMatching = invariant(
  'log-matching',
  'entries of the same index and term are the same, and so is all before them (Raft, figure 3 and section 5.3)',
  (servers) => {
    const known = new Map<string, { readonly entry: Entry; readonly previousTerm: number }>();
    const freshOf = newEntries();
    return {
      onEvent(id) {
        const log = servers.node(id)?.log;
        if (log === undefined) return null;
        for (const index of freshOf(id, log)) {
          const entry = log.entry(index);
          const previousTerm = log.entry(index - 1).term;
          const name = `${index} ${entry.term}`;
          const other = known.get(name);
          if (other === undefined) known.set(name, { entry, previousTerm });
          else if (!sameCommand(other.entry, entry))
            return `entry ${index} of term ${entry.term} is another one at ${id}`;
          else if (other.previousTerm !== previousTerm) {
            return `entry ${index} of term ${entry.term} follows one of term ${previousTerm} at ${id}, elsewhere one of term ${other.previousTerm}`;
          }
        }
        return null;
      },
    };
  },
);

/**
 * Leader Completeness: if an entry is committed in a given term, it is in the logs of the leaders of all later terms
 * (figure 3; section 5.4.3). An entry is known to be committed as soon as some server says so.
 */
export const leaderCompleteness = invariant(
  'leader-completeness',
  'what is committed is in the log of every later leader (Raft, figure 3 and section 5.4)',
  (servers) => {
    /**
     * The last entry that is known to be committed, its term, and the term in which it was: whoever knows of it first is
     * the leader that committed it. With Log Matching it stands for all before it.
     */
    let committed = { index: 0, entryTerm: 0, inTerm: 0 };
    const leads = new Map<NodeId, number>();
    const lacks = (id: NodeId, { term, log }: RaftState): string | null => {
      const { index, entryTerm, inTerm } = committed;
      if (term <= inTerm || index < log.first || log.matches(index, entryTerm)) return null;
      return `${id} leads term ${term} without entry ${index} of term ${entryTerm}, which was committed in term ${inTerm}`;
    };
    return {
      onEvent(id) {
        const server = servers.node(id);
        if (server === null) return null;
        const { commitIndex, log, role, term } = server;
        let isNews = false;
        if (commitIndex > committed.index && commitIndex >= log.first) {
          committed = { index: commitIndex, entryTerm: log.entry(commitIndex).term, inTerm: term };
          isNews = true;
        }
        const elected = role === 'leader' && leads.get(id) !== term;
        if (elected) leads.set(id, term);
        if (!isNews) return elected ? lacks(id, server) : null;
        for (const other of servers.nodes) {
          const leader = servers.node(other);
          const why = leader?.role === 'leader' ? lacks(other, leader) : null;
          if (why !== null) return why;
        }
        return null;
      },
    };
  },
);

/**
 * State Machine Safety: if a server has applied an entry at a given index, no other server will ever apply a different
 * one there (figure 3; section 5.4.3). So snapshots of the same index hold the same state.
 */
export const stateMachineSafety = invariant(
  'state-machine-safety',
  'all servers apply the same entry at the same index, and come to the same state (Raft, figure 3 and section 5.4.3)',
  (servers) => {
    const applied = new Map<number, Entry>();
    const upTo = new Map<NodeId, number>();
    const snapshots = new Map<number, Snapshot>();
    const looked = new Map<NodeId, Snapshot | null>();
    const differs = (id: NodeId, snapshot: Snapshot | null): string | null => {
      if (snapshot === null || looked.get(id) === snapshot) return null;
      looked.set(id, snapshot);
      const { lastIndex, lastTerm, data } = snapshot;
      const other = snapshots.get(lastIndex);
      if (other === undefined) snapshots.set(lastIndex, snapshot);
      else if (other.lastTerm !== lastTerm) {
        return `the snapshot up to ${lastIndex} ends in term ${lastTerm} at ${id}, elsewhere in term ${other.lastTerm}`;
      } else if (other.data !== data) return `the state after entry ${lastIndex} is another one at ${id}`;
      const entry = applied.get(lastIndex);
      if (entry === undefined || entry.term === lastTerm) return null;
      return `the snapshot of ${id} says that entry ${lastIndex} is of term ${lastTerm}, and it is of term ${entry.term}`;
    };
    return {
      onEvent(id) {
        const server = servers.node(id);
        if (server === null) return null;
        const { lastApplied, log, snapshot } = server;
        const from = upTo.get(id) ?? 0;
        // After a restart a server applies again what its snapshot does not hold.
        for (let index = Math.max(Math.min(from, lastApplied), log.first) + 1; index <= lastApplied; index++) {
          const entry = log.entry(index);
          const other = applied.get(index);
          if (other === undefined) applied.set(index, entry);
          else if (other.term !== entry.term || !sameCommand(other, entry)) {
            return `${id} applied another entry at ${index}: of term ${entry.term}, elsewhere of term ${other.term}`;
          }
        }
        upTo.set(id, lastApplied);
        return differs(id, snapshot);
      },
    };
  },
);
