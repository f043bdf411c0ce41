/** The words in a diagram: what is said beside which lane, when, and with how much room. */

import { roleClass } from '../timeline.ts';
import { shorten } from '../words.ts';
import { compare, first, type Diagram } from './diagram.ts';
import type { Moment } from './messages.ts';

export const bandWidth = 26;
export const barWidth = 12;
const characterWidth = 5.6;
/** Of the letters that operations are written in. */
const monoWidth = 6.7;
const boldWidth = 6.2;

export type Anchor = 'start' | 'end' | 'middle';

export interface Label {
  readonly of: object;
  readonly at: Moment;
  /** Labels of one slot must not overlap. */
  readonly slot: string;
  /** The slot on the other side of the same gap, and the room that both share. */
  readonly opposite: { readonly slot: string; readonly room: number } | null;
  readonly lines: readonly string[];
  readonly x: number;
  readonly anchor: Anchor;
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

export const widthOf = (lines: readonly string[]): number =>
  Math.max(0, ...lines.map((line) => line.length)) * characterWidth;

/** Where lanes are: their positions from the left, and the middles of them. */
export interface Across {
  readonly position: ReadonlyMap<string, number>;
  readonly xs: readonly number[];
  readonly width: number;
  readonly laneFromX: number;
}

export function labelsOf(diagram: Diagram, { position, xs, width, laneFromX }: Across): readonly Label[] {
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
