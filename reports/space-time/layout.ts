/**
 * Where everything is. Time goes down; what comes after something else is never above it. Distances are not to scale:
 * between two moments there are a few pixels at least and some dozens at most, and words that would overlap push what comes
 * later further down.
 */

import { roleClass } from '../timeline.ts';
import { shorten } from '../words.ts';
import { compare, first, type Diagram } from './diagram.ts';
import type { Moment } from './messages.ts';

export const lineHeight = 13;
const characterWidth = 5.6;
/** Of the letters that operations are written in. */
const monoWidth = 6.7;
const boldWidth = 6.2;
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
export const bandWidth = 26;
export const barWidth = 12;
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
  readonly anchor: 'start' | 'end' | 'middle';
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

interface Label {
  readonly of: object;
  readonly at: Moment;
  /** Labels of one slot must not overlap. */
  readonly slot: string;
  /** The slot on the other side of the same gap, and the room that both share. */
  readonly opposite: { readonly slot: string; readonly room: number } | null;
  readonly lines: readonly string[];
  readonly x: number;
  readonly anchor: Words['anchor'];
}

/** How far two moments are apart, in pixels. */
export function gap(ns: number): number {
  const ms = ns / 1e6;
  if (ms <= 0) return 0;
  return ms >= pauseMs ? pauseHeight : 5 + 6 * Math.log2(1 + ms);
}

/** Breaks at spaces, into lines of at most `most` characters, the last of them shortened where there are too many. */
export function wrap(text: string, most: number, linesMax: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const before = lines.at(-1);
    if (before !== undefined && before.length + 1 + word.length <= most) lines[lines.length - 1] = `${before} ${word}`;
    else lines.push(word);
  }
  const kept = lines.slice(0, linesMax);
  if (lines.length > linesMax) kept[linesMax - 1] = `${kept[linesMax - 1] ?? ''} …`;
  return kept.map((line) => shorten(line, most));
}

const widthOf = (lines: readonly string[]): number => Math.max(0, ...lines.map((line) => line.length)) * characterWidth;

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

interface Across {
  readonly position: ReadonlyMap<string, number>;
  readonly xs: readonly number[];
  readonly width: number;
  readonly laneFromX: number;
}

function labelsOf(diagram: Diagram, { position, xs, width, laneFromX }: Across): readonly Label[] {
  const { arrows, bars, notes, stretches, faults, clients } = diagram;
  const half = (i: number): number => (i < clients.length ? barWidth : bandWidth) / 2;
  /** Gap `i` is that to the left of lane `i`. */
  const roomOf = (i: number): number => {
    const left = i === 0 ? laneFromX : (xs[i - 1] ?? 0) + half(i - 1);
    return (i === xs.length ? width : (xs[i] ?? width) - half(i)) - left;
  };
  const beside = (
    of: object,
    at: Moment,
    lane: string,
    side: 'left' | 'right',
    text: string,
    linesMax = 1,
    letter = characterWidth,
  ): Label => {
    const i = position.get(lane) ?? 0;
    const between = side === 'left' ? i : i + 1;
    const room = roomOf(between) - 14;
    const most = Math.max(8, Math.floor(room / letter));
    const own = side === 'left' ? 'end' : 'start';
    return {
      of,
      at,
      slot: `${String(between)} ${own}`,
      opposite: { slot: `${String(between)} ${own === 'end' ? 'start' : 'end'}`, room },
      lines: linesMax === 1 ? [shorten(text, most)] : wrap(text, most, linesMax),
      x: (xs[i] ?? 0) + (side === 'left' ? -1 : 1) * (half(i) + 6),
      anchor: own,
    };
  };
  const said = new Set<string>();
  const labels: Label[] = [];
  for (const fault of faults) {
    const at = { seq: first, ns: Math.max(fault.fromNs, diagram.from.ns) };
    const room = roomOf(0) - 14;
    const lines = wrap(fault.words, Math.floor(room / boldWidth), 4);
    const opposite = { slot: '0 end', room };
    labels.push({ of: fault, at, slot: '0 start', opposite, lines, x: laneFromX + 4, anchor: 'start' });
  }
  for (const bar of bars) {
    const at = compare(bar.from, diagram.from) < 0 ? diagram.from : bar.from;
    labels.push(beside(bar, at, bar.lane, 'left', bar.words, 3, monoWidth));
  }
  for (const arrow of arrows) {
    if (arrow.label === '') continue;
    const right = (position.get(arrow.to) ?? 0) > (position.get(arrow.from) ?? 0);
    // What is sent to several at once is said once on each side.
    const once = JSON.stringify([arrow.from, right, arrow.sent.ns, arrow.label]);
    if (said.has(once)) continue;
    said.add(once);
    labels.push(beside(arrow, arrow.sent, arrow.from, right ? 'right' : 'left', arrow.label));
  }
  for (const note of notes) labels.push(beside(note, note.at, note.node, 'right', note.text, 2));
  const terms = new Map<string, number | null>();
  for (const stretch of stretches) {
    const isSaid = terms.get(stretch.node) === stretch.term && roleClass(stretch) !== 'leader';
    terms.set(stretch.node, stretch.term);
    if (stretch.term === null || isSaid) continue;
    const at = compare(stretch.from, diagram.from) < 0 ? diagram.from : stretch.from;
    const lane = position.get(stretch.node) ?? 0;
    const lines = [`t${String(stretch.term)}`];
    labels.push({
      of: stretch,
      at,
      slot: `in ${stretch.node}`,
      opposite: null,
      lines,
      x: xs[lane] ?? 0,
      anchor: 'middle',
    });
  }
  return labels;
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
