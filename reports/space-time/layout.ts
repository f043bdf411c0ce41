/**
 * Where everything is. Time goes down; what comes after something else is never above it. Distances are not to scale:
 * between two moments there are a few pixels at least and some dozens at most, and words that would overlap push what comes
 * later further down.
 */

import { compare, first, type Diagram } from './diagram.ts';
import { bandWidth, barWidth, labelsOf, widthOf, type Anchor, type Label } from './labels.ts';
import type { Moment } from './messages.ts';

export const lineHeight = 13;
/** Words keep so far from an arrow that ends just above them. */
const headRoom = 11;
/** A pause of so many ms is marked. */
const pauseMs = 20;
const pauseHeight = 38;
/** Of a client's lane; less where there are many. */
const clientRoom = { few: 124, many: 100 } as const;
const fewClients = 2;
const notesRoom = 136;
const nodeRoom = { least: 150, most: 196 } as const;
const widthWanted = 1040;
const faultTrack = 8;
/** What the words of faults have more than those of the first client, beside which they stand. */
const faultRoom = 36;
/** Between words on both sides of a gap. */
const apart = 12;
const timeColumn = 66;

/** Words beside a lane, at its left or right, or in it. */
export interface Words {
  readonly lines: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly anchor: Anchor;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** The middle of a lane. */
  readonly x: (lane: string) => number;
  /** How far it is to the lane beside it, to the right (1) or to the left (-1). */
  readonly room: (lane: string, direction: 1 | -1) => number;
  readonly y: (at: Moment) => number;
  readonly words: ReadonlyMap<object, Words>;
  readonly faultX: ReadonlyMap<object, number>;
  /** The middle of each pause, and how long it was. */
  readonly pauses: readonly { readonly y: number; readonly ns: number }[];
  readonly times: readonly { readonly y: number; readonly ns: number }[];
  readonly laneFromX: number;
}

/** How far two moments are apart, in pixels. */
export function gap(ns: number): number {
  const ms = ns / 1e6;
  if (ms <= 0) return 0;
  return ms >= pauseMs ? pauseHeight : 5 + 6 * Math.log2(1 + ms);
}

/** Faults beside each other where they overlap. */
function tracksOf({ faults }: Diagram): { readonly of: ReadonlyMap<object, number>; readonly count: number } {
  const ends: number[] = [];
  const of = new Map<object, number>();
  for (const fault of faults.toSorted((a, b) => a.fromNs - b.fromNs)) {
    let track = ends.findIndex((end) => end < fault.fromNs);
    if (track === -1) track = ends.length;
    ends[track] = fault.toNs ?? Number.POSITIVE_INFINITY;
    of.set(fault, track);
  }
  return { of, count: ends.length };
}

export function layoutOf(diagram: Diagram): Layout {
  const { clients, nodes } = diagram;
  const tracks = tracksOf(diagram);
  const faultsX = timeColumn + 6;
  const laneFromX = faultsX + tracks.count * faultTrack;
  const room = clients.length > fewClients ? clientRoom.many : clientRoom.few;
  const ownFromX = laneFromX + (diagram.faults.length === 0 ? 0 : faultRoom);
  const nodesFromX = ownFromX + clients.length * room;
  const pitch = Math.min(
    nodeRoom.most,
    Math.max(nodeRoom.least, (widthWanted - nodesFromX - notesRoom) / Math.max(1, nodes.length)),
  );
  const lanes = [...clients, ...nodes];
  const xs = lanes.map((_, i) =>
    i < clients.length ? ownFromX + (i + 1) * room - barWidth : nodesFromX + (i - clients.length + 0.62) * pitch,
  );
  const width = Math.ceil((xs.at(-1) ?? laneFromX) + notesRoom);
  const position = new Map(lanes.map((lane, i) => [lane, i]));
  const x = (lane: string): number => xs[position.get(lane) ?? -1] ?? laneFromX;

  const heads = headsOf(diagram, position);
  const labels = labelsOf(diagram, { position, xs, width, laneFromX });
  const placed = placeDown(diagram, labels, heads);
  return {
    width,
    x,
    room(lane, direction) {
      const i = position.get(lane) ?? 0;
      return Math.abs((xs[i + direction] ?? width) - (xs[i] ?? 0)) - bandWidth;
    },
    laneFromX,
    faultX: new Map([...tracks.of].map(([fault, track]) => [fault, faultsX + track * faultTrack])),
    ...placed,
  };
}

/** Where arrows end, by the slot that their heads are in. */
function headsOf({ arrows }: Diagram, position: ReadonlyMap<string, number>): ReadonlyMap<string, readonly string[]> {
  const heads = new Map<string, string[]>();
  for (const { from, to, arrived } of arrows) {
    const [a, b] = [position.get(from) ?? 0, position.get(to) ?? 0];
    if (arrived === null) continue;
    const key = keyOf(arrived);
    const slot = a < b ? `${String(b)} end` : `${String(b + 1)} start`;
    const some = heads.get(key);
    if (some === undefined) heads.set(key, [slot]);
    else some.push(slot);
  }
  return heads;
}

const keyOf = ({ ns, seq }: Moment): string => `${String(ns)} ${String(seq)}`;

function momentsOf({ arrows, bars, stretches, notes, faults, violated, from, until }: Diagram): readonly Moment[] {
  const begins = (ns: number): Moment => ({ seq: first, ns });
  const all: (Moment | null)[] = [
    from,
    ...arrows.flatMap(({ sent, arrived }) => [sent, arrived]),
    ...bars.flatMap(({ from: begin, to }) => [begin, to]),
    ...stretches.map((stretch) => stretch.from),
    ...notes.map(({ at }) => at),
    ...faults.flatMap(({ fromNs, toNs }) => [begins(fromNs), toNs === null ? null : begins(toNs)]),
    violated?.at ?? null,
  ];
  const inside = all.filter((at) => at !== null && compare(at, from) >= 0 && compare(at, until) <= 0) as Moment[];
  return [...new Map(inside.map((at) => [keyOf(at), at])).values()].sort(compare);
}

function placeDown(diagram: Diagram, labels: readonly Label[], heads: ReadonlyMap<string, readonly string[]>) {
  const moments = momentsOf(diagram);
  const byMoment = Map.groupBy(labels, ({ at }) => keyOf(at));
  const taken = new Map<string, { readonly bottom: number; readonly width: number }>();
  const words = new Map<object, Words>();
  const pauses: { y: number; ns: number }[] = [];
  const times: { y: number; ns: number }[] = [];
  const ys: number[] = [];
  let y = lineHeight + 8;
  let before: Moment | null = null;
  for (const at of moments) {
    const passed: number = before === null ? 0 : at.ns - before.ns;
    const from = y;
    y += gap(passed);
    before = at;
    const here = [...Map.groupBy(byMoment.get(keyOf(at)) ?? [], ({ slot }) => slot)];
    for (const [slot, some] of here) {
      y = Math.max(y, (taken.get(slot)?.bottom ?? 0) + lineHeight);
      for (const { opposite, lines } of some) {
        const other = opposite === null ? undefined : taken.get(opposite.slot);
        if (other === undefined || opposite === null) continue;
        if (widthOf(lines) + other.width > opposite.room - apart) y = Math.max(y, other.bottom + lineHeight);
      }
    }
    const placed = new Set<string>();
    for (const [slot, some] of here) {
      const widest = Math.max(...some.map(({ lines }) => widthOf(lines)));
      const opposite = some[0]?.opposite ?? null;
      const beside = opposite !== null && placed.has(opposite.slot) ? taken.get(opposite.slot) : undefined;
      const isTight = opposite !== null && beside !== undefined && widest + beside.width > opposite.room - apart;
      let next = isTight ? beside.bottom + lineHeight : y;
      placed.add(slot);
      for (const { of, lines, x, anchor } of some) {
        words.set(of, { lines, x, anchor, y: next });
        next += lines.length * lineHeight;
      }
      taken.set(slot, { bottom: next - lineHeight, width: widest });
    }
    for (const slot of heads.get(keyOf(at)) ?? []) {
      const bottom = y + headRoom - lineHeight;
      const before = taken.get(slot);
      if (before === undefined || before.bottom < bottom) taken.set(slot, { bottom, width: before?.width ?? 0 });
    }
    if (passed >= pauseMs * 1e6) pauses.push({ y: (from + y) / 2, ns: passed });
    const lastTime = times.at(-1);
    if (lastTime === undefined || (y - lastTime.y >= lineHeight + 2 && at.ns !== lastTime.ns))
      times.push({ y, ns: at.ns });
    ys.push(y);
  }
  const lowest = Math.max(y, ...[...words.values()].map((of) => of.y + (of.lines.length - 1) * lineHeight));
  const place = (at: Moment): number => {
    // The first moment that is not before it.
    let [low, high] = [0, moments.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const of = moments[middle];
      if (of !== undefined && compare(of, at) < 0) low = middle + 1;
      else high = middle;
    }
    return ys[low] ?? lowest;
  };
  return { y: place, words, pauses, times, height: Math.ceil(lowest + 14) };
}
