/** Cuts that add up. The simulator takes all that hold at a time. */

import type { NodeId } from '../../systems/protocol.ts';
import type { Edge, FaultControl } from '../cluster/faults.ts';

export interface Links {
  /** Cuts what `from` send to `to`. */
  cut(from: readonly NodeId[], to: readonly NodeId[]): void;
  heal(): void;
}

export function links(faults: Pick<FaultControl, 'cut'>, ids: readonly NodeId[]): Links {
  const silent = new Set<string>();
  const apply = (): void => {
    const edges = ids.flatMap((from) => ids.map((to): Edge => [from, to]));
    void faults.cut(edges.filter(([from, to]) => silent.has(`${from} ${to}`)));
  };
  return {
    cut(from, to) {
      for (const a of from) for (const b of to) if (a !== b) silent.add(`${a} ${b}`);
      apply();
    },
    heal() {
      silent.clear();
      apply();
    },
  };
}
