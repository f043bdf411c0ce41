/** What a leader may take for granted, and how much it may take on. */

import { invariant } from './invariant.ts';

/** Nothing piles up without end. */
export const boundedQueues = invariant(
  'bounded-queues',
  'requests, messages under way and sessions keep to their bounds',
  (servers) => ({
    onEvent(id) {
      for (const { name, length, most } of servers.node(id)?.queues() ?? []) {
        if (length > most) return `${id} has ${length} ${name}, and at most ${most} should be there`;
      }
      return null;
    },
  }),
);
