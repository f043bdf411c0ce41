/** What must be on disk before it is said, and stays there (figure 2, persistent state). */

import type { DiskImage, NodeId, Request } from '../../protocol.ts';
import type { Entry, HardState, Snapshot } from '../messages.ts';
import { invariant } from './invariant.ts';

const isUpdate = ({ f }: Request): boolean => f === 'write' || f === 'cas' || f === 'append';

/** Whether the disk holds the entry: in its log, or covered by its snapshot. */
function holds(disk: DiskImage, index: number, term: number): boolean {
  const snapshot = (disk.values.get('snapshot') ?? null) as Snapshot | null;
  if (snapshot !== null && snapshot.lastIndex >= index) return true;
  const log = disk.logs.get('log');
  const record = log?.records[index - log.first] as Entry | undefined;
  return record?.term === term;
}

/** What is acknowledged is durable on a majority: it survives the loss of every other server (section 5.1, 5.3). */
export const acknowledgedDurable = invariant(
  'acknowledged-durable',
  'no acknowledged write is missing from the disks of a majority (Raft, sections 5.1 and 5.3)',
  (servers) => ({
    onReply(id, request, response) {
      const server = servers.node(id);
      if (server === null || response.type !== 'ok' || !isUpdate(request)) return null;
      const { log, lastApplied } = server;
      let index = lastApplied;
      while (index > log.first && log.entry(index).command !== request) index--;
      // A command that came before has its entry elsewhere; it was looked at when it was acknowledged first.
      if (index <= log.first) return null;
      const { term } = log.entry(index);
      const having = servers.nodes.filter((node) => holds(servers.disk(node), index, term));
      if (having.length * 2 > servers.nodes.length) return null;
      const where = having.length === 0 ? 'nowhere' : `only at ${having.join(', ')}`;
      return `${id} acknowledged entry ${index} of term ${term}, which is on disk ${where}`;
    },
  }),
);

/** Terms never go back: what was made durable is there after every crash (figure 2). */
export const termsAdvance = invariant(
  'terms-advance',
  'no server goes back to a term before one that it had made durable (Raft, figure 2)',
  (servers) => {
    const known = new Map<NodeId, number>();
    return {
      onEvent(id) {
        const server = servers.node(id);
        if (server === null) return null;
        const { term } = server;
        const before = known.get(id) ?? 0;
        if (before === term) return null;
        known.set(id, term);
        // What was not yet durable when it crashed was not said to anybody.
        return term < before && isDurable(servers.disk(id), before)
          ? `${id} went back from term ${before} to term ${term}`
          : null;
      },
    };
  },
);

/** Term and vote as the disk holds them; undefined before the first were written. */
const hardStateOn = (disk: DiskImage): HardState | undefined => disk.values.get('hard-state') as HardState | undefined;

const isDurable = (disk: DiskImage, term: number): boolean => (hardStateOn(disk)?.term ?? 0) >= term;

/** A server votes for at most one candidate in a term, first come, first served, and remembers it (section 5.2, figure 2). */
export const votesKept = invariant(
  'votes-kept',
  'a vote that is on disk stays there for its term (Raft, figure 2 and section 5.2)',
  (servers) => {
    const known = new Map<NodeId, HardState>();
    return {
      onEvent(id) {
        const stored = hardStateOn(servers.disk(id));
        const before = known.get(id);
        if (stored === undefined || stored === before) return null;
        known.set(id, stored);
        if (before?.term !== stored.term || before.votedFor === null || before.votedFor === stored.votedFor)
          return null;
        return `${id} has voted for ${before.votedFor} in term ${stored.term}, and now its disk says ${stored.votedFor ?? 'nobody'}`;
      },
    };
  },
);

/** A vote counts only once it can't be forgotten: whoever gave it finds it after every crash (figure 2). */
export const votesDurable = invariant(
  'votes-durable',
  'no vote is counted that was not on the disk of the server that gave it (Raft, figure 2)',
  (servers) => {
    const onDisk = new Map<NodeId, { stored: HardState | undefined; readonly votes: Map<number, NodeId | null> }>();
    const looked = new Map<NodeId, { readonly term: number; readonly count: number }>();
    const takeDown = (id: NodeId): void => {
      const stored = hardStateOn(servers.disk(id));
      let known = onDisk.get(id);
      if (known === undefined) onDisk.set(id, (known = { stored: undefined, votes: new Map() }));
      if (stored === undefined || stored === known.stored) return;
      known.stored = stored;
      known.votes.set(stored.term, stored.votedFor);
    };
    return {
      onEvent(id) {
        takeDown(id);
        const server = servers.node(id);
        if (server === null || (server.role !== 'candidate' && server.role !== 'leader')) return null;
        const { term, voters } = server;
        const before = looked.get(id);
        if (before?.term === term && before.count === voters.size) return null;
        looked.set(id, { term, count: voters.size });
        for (const voter of voters) {
          if (onDisk.get(voter)?.votes.get(term) === id) continue;
          return `${id} counts the vote of ${voter} in term ${term}, which was never on ${voter}'s disk`;
        }
        return null;
      },
    };
  },
);
