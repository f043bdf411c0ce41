/** Cuts, clogs and packet rules of several faults at once: their union is what the cluster is told. */

import type { Edge, FaultControl, PacketRule } from '../src/cluster/faults.ts';
import type { Release, Shaping } from './fault.ts';
import { layer } from './layer.ts';
import { missing } from './missing.ts';
import { serial } from './serial.ts';
import { edgeKey } from './topology.ts';

export interface Network {
  addCut(edges: readonly Edge[]): Promise<Release>;
  addClog(edges: readonly Edge[]): Promise<Release>;
  addShape(rules: readonly PacketRule[]): Promise<Shaping>;
  isCut(edge: Edge): boolean;
  delayOf(edge: Edge): { readonly delayMs: number; readonly jitterMs: number };
  /** Forgets every cut, clog and rule, and heals the network even if it believed it to be whole. */
  clear(): Promise<void>;
}

interface Counted {
  readonly rules: readonly PacketRule[];
  alone: number;
  shared: number;
}

export function network(control: FaultControl): Network {
  const inTurn = serial();
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
    const alone = !changing && shapes.items.size === 1 && cuts.items.size + clogs.items.size === 0;
    for (const shape of shapes.items) shape[alone ? 'alone' : 'shared'] += grown;
    counter = now;
  };
  /** What is dropped while the network changes belongs to nobody alone. */
  const around = (moment: 'before' | 'after') => book(moment === 'after');

  const cuts = layer<readonly Edge[]>({ inTurn, around, tell: (items) => control.cut(union(items.flat())) });
  const clogs = layer<readonly Edge[]>({
    inTurn,
    around,
    tell: (items) => (control.clog ?? missing(control, 'clog'))(union(items.flat())),
  });
  const shapes = layer<Counted>({
    inTurn,
    around,
    tell: (items) => control.shape(mergeRules(items.flatMap(({ rules }) => rules))),
  });

  return {
    addCut: (edges) => cuts.add([...edges]),
    addClog: (edges) => clogs.add([...edges]),
    async addShape(rules) {
      const shape: Counted = { rules, alone: 0, shared: 0 };
      return {
        release: await shapes.add(shape),
        async dropped() {
          await inTurn(() => book(false));
          return counter === null ? null : { alone: shape.alone, shared: shape.shared };
        },
      };
    },
    isCut: (edge) => [...cuts.items, ...clogs.items].flat().some(([from, to]) => from === edge[0] && to === edge[1]),
    delayOf(edge) {
      const rule = mergeRules([...shapes.items].flatMap(({ rules }) => rules)).find(({ edges }) =>
        edges.some((other) => edgeKey(other) === edgeKey(edge)),
      );
      return { delayMs: rule?.delayMs ?? 0, jitterMs: rule?.jitterMs ?? 0 };
    },
    clear: () =>
      inTurn(async () => {
        counter = null;
        await cuts.clear();
        await shapes.clear();
        if (control.clog !== undefined) await clogs.clear();
      }),
  };
}

function union(edges: readonly Edge[]): readonly Edge[] {
  return [...new Map(edges.map((edge) => [edgeKey(edge), edge])).values()];
}

/** What several rules come to on one edge. */
interface Sum {
  readonly edge: Edge;
  readonly loss: number;
  readonly duplicate: number;
  readonly reorder: number;
  readonly delayMs: number;
  readonly jitterMs: number;
}

/** Whether either of two independent things of these probabilities happens. */
const either = (a: number, b: number): number => 1 - (1 - a) * (1 - b);

/**
 * Rules in which each edge occurs once: a packet must escape the loss, doubling and reordering of every rule on its edge,
 * and waits for all of their delays. Shares are rounded to thousandths.
 */
export function mergeRules(rules: readonly PacketRule[]): readonly PacketRule[] {
  const perEdge = new Map<string, Sum>();
  for (const { edges, loss = 0, duplicate = 0, reorder = 0, delayMs = 0, jitterMs = 0 } of rules) {
    for (const edge of union(edges)) {
      const so = perEdge.get(edgeKey(edge)) ?? { edge, loss: 0, duplicate: 0, reorder: 0, delayMs: 0, jitterMs: 0 };
      perEdge.set(edgeKey(edge), {
        edge,
        loss: either(so.loss, loss),
        duplicate: either(so.duplicate, duplicate),
        reorder: either(so.reorder, reorder),
        delayMs: so.delayMs + delayMs,
        jitterMs: so.jitterMs + jitterMs,
      });
    }
  }
  const merged = new Map<string, PacketRule & { readonly edges: Edge[] }>();
  const thousandths = (share: number): number => Math.round(share * 1000) / 1000;
  for (const { edge, loss, duplicate, reorder, delayMs, jitterMs } of perEdge.values()) {
    const asked = {
      loss: thousandths(loss),
      delayMs,
      jitterMs,
      duplicate: thousandths(duplicate),
      reorder: thousandths(reorder),
    };
    const trouble = Object.fromEntries(Object.entries(asked).filter(([, amount]) => amount > 0));
    const name = JSON.stringify(trouble);
    const rule = merged.get(name) ?? { edges: [], ...trouble };
    rule.edges.push(edge);
    merged.set(name, rule);
  }
  return [...merged.values()];
}
