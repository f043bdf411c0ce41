/** Cuts and packet rules of several faults at once: their union is what the cluster is told. */

import type { Edge, FaultControl, PacketRule } from '../src/cluster/faults.ts';
import type { Release, Shaping } from './fault.ts';
import { serial } from './serial.ts';
import { edgeKey } from './topology.ts';

export interface Network {
  addCut(edges: readonly Edge[]): Promise<Release>;
  addShape(rules: readonly PacketRule[]): Promise<Shaping>;
  isCut(edge: Edge): boolean;
  delayOf(edge: Edge): { readonly delayMs: number; readonly jitterMs: number };
  /** Forgets every cut and rule, and heals the network even if it believed it to be whole. */
  clear(): Promise<void>;
}

interface Counted {
  readonly rules: readonly PacketRule[];
  alone: number;
  shared: number;
}

/** What faults have added, and how to tell the cluster; `stale` when it may not know. */
interface Layer<T> {
  readonly items: Set<T>;
  readonly tell: () => Promise<void>;
  stale: boolean;
}

function layer<T>(tell: (items: readonly T[]) => Promise<void>): Layer<T> {
  const items = new Set<T>();
  return { items, tell: () => tell([...items]), stale: false };
}

export function network(control: FaultControl): Network {
  const inTurn = serial();
  const cuts = layer<readonly Edge[]>((items) => control.cut(union(items.flat())));
  const shapes = layer<Counted>((items) => control.shape(mergeRules(items.flatMap(({ rules }) => rules))));
  /** The cluster's counter when it was last read; null while no rule is in force, and where the cluster can't count. */
  let counter: number | null = null;

  /** Books what was dropped since the last reading: to the only rules there are, or to all as shared. */
  const book = async (changing: boolean) => {
    if (shapes.items.size === 0) {
      counter = null;
      return;
    }
    const now = await control.dropped();
    const grown = now === null || counter === null ? 0 : now - counter;
    const alone = !changing && shapes.items.size === 1 && cuts.items.size === 0;
    for (const shape of shapes.items) shape[alone ? 'alone' : 'shared'] += grown;
    counter = now;
  };

  /** Changes the network; what is dropped while it changes belongs to nobody alone. */
  const change = <T>(layer: Layer<T>, edit: () => boolean): Promise<void> =>
    inTurn(async () => {
      await book(false);
      if (!edit() && !layer.stale) return;
      layer.stale = true;
      await layer.tell();
      layer.stale = false;
      await book(true);
    });

  /** Adds `item` and tells the cluster; takes it back when that fails. A release that failed can be tried again. */
  const add = async <T>(layer: Layer<T>, item: T): Promise<Release> => {
    const release = () => change(layer, () => layer.items.delete(item));
    try {
      await change(layer, () => layer.items.add(item).has(item));
    } catch (error) {
      await release().catch(() => undefined);
      throw error;
    }
    return release;
  };

  return {
    addCut: (edges) => add(cuts, [...edges]),
    async addShape(rules) {
      const shape: Counted = { rules, alone: 0, shared: 0 };
      return {
        release: await add(shapes, shape),
        async dropped() {
          await inTurn(() => book(false));
          return counter === null ? null : { alone: shape.alone, shared: shape.shared };
        },
      };
    },
    isCut: (edge) => [...cuts.items].flat().some(([from, to]) => from === edge[0] && to === edge[1]),
    delayOf(edge) {
      const rule = mergeRules([...shapes.items].flatMap(({ rules }) => rules)).find(({ edges }) =>
        edges.some((other) => edgeKey(other) === edgeKey(edge)),
      );
      return { delayMs: rule?.delayMs ?? 0, jitterMs: rule?.jitterMs ?? 0 };
    },
    clear: () =>
      inTurn(async () => {
        cuts.items.clear();
        shapes.items.clear();
        counter = null;
        await cuts.tell();
        await shapes.tell();
        cuts.stale = false;
        shapes.stale = false;
      }),
  };
}

function union(edges: readonly Edge[]): readonly Edge[] {
  return [...new Map(edges.map((edge) => [edgeKey(edge), edge])).values()];
}

/**
 * Rules in which each edge occurs once: a packet must survive the loss of every rule on its edge, and waits for all of
 * their delays. Loss is rounded to thousandths.
 */
export function mergeRules(rules: readonly PacketRule[]): readonly PacketRule[] {
  const perEdge = new Map<string, { edge: Edge; survive: number; delayMs: number; jitterMs: number }>();
  for (const { edges, loss = 0, delayMs = 0, jitterMs = 0 } of rules) {
    for (const edge of union(edges)) {
      const so = perEdge.get(edgeKey(edge)) ?? { edge, survive: 1, delayMs: 0, jitterMs: 0 };
      perEdge.set(edgeKey(edge), {
        edge,
        survive: so.survive * (1 - loss),
        delayMs: so.delayMs + delayMs,
        jitterMs: so.jitterMs + jitterMs,
      });
    }
  }
  const merged = new Map<string, PacketRule & { readonly edges: Edge[] }>();
  for (const { edge, survive, delayMs, jitterMs } of perEdge.values()) {
    const loss = Math.round((1 - survive) * 1000) / 1000;
    const trouble = {
      ...(loss > 0 ? { loss } : {}),
      ...(delayMs > 0 ? { delayMs } : {}),
      ...(jitterMs > 0 ? { jitterMs } : {}),
    };
    const name = JSON.stringify(trouble);
    const rule = merged.get(name) ?? { edges: [], ...trouble };
    rule.edges.push(edge);
    merged.set(name, rule);
  }
  return [...merged.values()];
}
