/**
 * What several faults at once ask of the machines under the nodes' processes: disks, speed, timers. It holds through
 * restarts, and the cluster is told of it whether the process is up or not.
 */

import type { NodeId } from '../systems/protocol.ts';
import type { DiskDamage, DiskTrouble, FaultControl } from '../src/cluster/faults.ts';
import type { Release } from './fault.ts';
import { layer, type Layer } from './layer.ts';
import { missing } from './missing.ts';
import { serial } from './serial.ts';

export interface Machines {
  holdSlow(node: NodeId, perEventMs: number): Promise<Release>;
  addDiskTrouble(node: NodeId, trouble: DiskTrouble): Promise<Release>;
  addTimerRate(node: NodeId, rate: number): Promise<Release>;
  damage(node: NodeId, damage: DiskDamage): Promise<boolean>;
  timerRate(node: NodeId): number;
  /** Forgets everything that is asked of the node's machine, and makes it whole but for damage. */
  clear(node: NodeId): Promise<void>;
}

/** Faults are told apart though they ask for the same. */
interface Asked<T> {
  readonly what: T;
}

export function machines(control: FaultControl): Machines {
  const inTurn = serial();
  const { slow, disk, timers, damage } = control;
  const perNode = <T>(tell: (node: NodeId, asked: readonly T[]) => Promise<void>) => {
    const layers = new Map<NodeId, Layer<Asked<T>>>();
    const of = (node: NodeId): Layer<Asked<T>> => {
      const known = layers.get(node);
      if (known !== undefined) return known;
      const made = layer<Asked<T>>({
        inTurn,
        tell: (items) =>
          tell(
            node,
            items.map(({ what }) => what),
          ),
      });
      layers.set(node, made);
      return made;
    };
    return {
      add: (node: NodeId, what: T): Promise<Release> => of(node).add({ what }),
      asked: (node: NodeId): readonly T[] => [...of(node).items].map(({ what }) => what),
      clear: (node: NodeId): Promise<void> => inTurn(() => of(node).clear()),
    };
  };
  const slowness = perNode<number>((node, asked) =>
    (slow ?? missing(control, 'slow'))(
      node,
      asked.reduce((sum, ms) => sum + ms, 0),
    ),
  );
  const troubles = perNode<DiskTrouble>((node, asked) => (disk ?? missing(control, 'disk'))(node, asked));
  const rates = perNode<number>((node, asked) => (timers ?? missing(control, 'timers'))(node, product(asked)));

  return {
    holdSlow: slowness.add,
    addDiskTrouble: troubles.add,
    addTimerRate: rates.add,
    damage: async (node, what) => (damage ?? missing(control, 'disk'))(node, what),
    timerRate: (node) => product(rates.asked(node)),
    async clear(node) {
      if (slow !== undefined) await slowness.clear(node);
      if (disk !== undefined) await troubles.clear(node);
      if (timers !== undefined) await rates.clear(node);
    },
  };
}

const product = (rates: readonly number[]): number => rates.reduce((all, rate) => all * rate, 1);
