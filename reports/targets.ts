/** Whom a fault was aimed at, in words. */

import type { FaultInterval } from './faults.ts';

/** The sides of a partition, or the nodes. */
export function targetsOf({ nodes, groups }: FaultInterval): string {
  if (groups.length > 1 && groups.length < 5) return groups.map((group) => group.join(' ')).join(' | ');
  return nodes.length === 0 ? 'all links' : nodes.join(' ');
}
