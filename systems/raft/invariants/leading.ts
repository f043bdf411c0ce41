/** What a leader may take for granted, and how much it may take on. */

import type { NodeId } from '../../protocol.ts';
import type { OnQueue } from '../inspection.ts';
import { invariant } from './invariant.ts';

/** Nothing piles up without end. */
export const boundedQueues = invariant(
  'bounded-queues',
  'requests, messages under way and sessions keep to their bounds',
  (servers) => {
    let found = '';
    const onQueue: OnQueue = (name, length, most) => {
      if (length > most && found === '') found = `${length} ${name}, and at most ${most} should be there`;
    };
    return {
      onEvent(id) {
        found = '';
        servers.node(id)?.queues(onQueue);
        return found === '' ? null : `${id} has ${found}`;
      },
    };
  },
);

/**
 * A leader that has a round answered by a majority was leader still when the round began (thesis 6.4, step 3): a majority
 * must have heard of that very round, in that very term.
 */
export const roundsAnswered = invariant(
  'rounds-answered',
  'reads wait for a round that a majority has heard of (Raft thesis, section 6.4)',
  (servers) => {
    /** The latest round of each term that a server has heard of: it may be in another term when its answer arrives. */
    const heard = new Map<NodeId, Map<number, number>>();
    const looked = new Map<NodeId, { readonly term: number; readonly round: number }>();
    return {
      onEvent(id) {
        const server = servers.node(id);
        if (server === null) return null;
        const { term, role, roundHeard, roundConfirmed } = server;
        if (role !== 'leader') {
          let rounds = heard.get(id);
          if (rounds === undefined) heard.set(id, (rounds = new Map<number, number>()));
          if ((rounds.get(term) ?? 0) < roundHeard) rounds.set(term, roundHeard);
          return null;
        }
        const before = looked.get(id);
        if (roundConfirmed === (before?.term === term ? before.round : 0)) return null;
        looked.set(id, { term, round: roundConfirmed });
        const having = servers.nodes.filter(
          (other) => other === id || (heard.get(other)?.get(term) ?? 0) >= roundConfirmed,
        );
        if (having.length * 2 > servers.nodes.length) return null;
        return `${id} takes round ${roundConfirmed} of term ${term} for answered, of which ${having.join(', ')} alone heard`;
      },
    };
  },
);
