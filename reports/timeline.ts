/** Role and term of each node over time, with the times at which it was down or paused. */

import type { TraceRecord } from '../src/store/run.ts';
import { axisMarks, margin, timeAxis, type TimeAxis, type Width } from './axis.ts';
import type { FaultInterval } from './faults.ts';
import { html, type Html } from './html.ts';
import { moment, shorten } from './words.ts';

/** What a node was from one moment to another. */
export interface Stretch {
  readonly fromNs: number;
  readonly toNs: number;
  /** As the node said; null while it is down or has not said yet. */
  readonly role: string | null;
  readonly term: number | null;
  readonly up: boolean;
}

export interface NodeStory {
  readonly node: string;
  readonly stretches: readonly Stretch[];
  /** When it crashed by itself: an exception, not a fault. */
  readonly crashes: readonly { readonly atNs: number; readonly message: string }[];
  readonly paused: readonly FaultInterval[];
}

const termProbes: ReadonlySet<string> = new Set(['term', 'view', 'epoch', 'ballot']);

function storyOf(node: string, records: readonly TraceRecord[], endNs: number): Omit<NodeStory, 'paused'> {
  const stretches: Stretch[] = [];
  const crashes: { atNs: number; message: string }[] = [];
  let now: Stretch = { fromNs: 0, toNs: endNs, role: null, term: null, up: true };
  const become = (atNs: number, next: Partial<Stretch>): void => {
    const at = Math.min(Math.max(0, atNs), endNs);
    if (at > now.fromNs) stretches.push({ ...now, toNs: at });
    now = { ...now, ...next, fromNs: at };
  };
  for (const { time, kind, name, detail } of records) {
    if (kind === 'exit' || kind === 'crash') become(time, { up: false, role: null });
    if (kind === 'crash') crashes.push({ atNs: time, message: name });
    // A node may have spoken before its host reports that it has started.
    if (kind === 'start' && !now.up) become(time, { up: true, role: null, term: null });
    if (kind === 'probe' && name === 'role' && typeof detail === 'string') become(time, { up: true, role: detail });
    if (kind === 'probe' && termProbes.has(name) && typeof detail === 'number')
      become(time, { up: true, term: detail });
  }
  become(endNs, {});
  return { node, stretches, crashes };
}

/** One story a node, in the order of `nodes`. */
export function nodeStories(
  nodes: readonly string[],
  trace: readonly TraceRecord[],
  faults: readonly FaultInterval[],
  endNs: number,
): readonly NodeStory[] {
  const byNode = Map.groupBy(trace, (record) => record.node);
  return nodes.map((node) => {
    const records = (byNode.get(node) ?? []).toSorted((a, b) => a.time - b.time);
    const paused = faults.filter((fault) => fault.kind === 'pause' && fault.nodes.includes(node));
    return { ...storyOf(node, records, endNs), paused };
  });
}

const roleClasses: Readonly<Record<string, string>> = {
  leader: 'leader',
  primary: 'leader',
  candidate: 'candidate',
  'pre-candidate': 'candidate',
  follower: 'follower',
  backup: 'follower',
};

/** By which a role has its colour, whatever the system calls it. */
export const roleClass = ({ up, role }: Pick<Stretch, 'up' | 'role'>): string =>
  up ? (roleClasses[role ?? ''] ?? 'other') : 'down';
const isSame = (a: Stretch, b: Stretch): boolean =>
  roleClass(a) === roleClass(b) && a.role === b.role && a.term === b.term;

/** Joins what would be too narrow to see to its neighbour; a leader is always worth a pixel. */
function visible(stretches: readonly Stretch[], axis: TimeAxis): readonly Stretch[] {
  const shown: Stretch[] = [];
  for (const stretch of stretches) {
    const last = shown.at(-1);
    const seen = axis.x(stretch.toNs) - axis.x(stretch.fromNs) >= 0.6 || roleClass(stretch) === 'leader';
    if (last !== undefined && (!seen || isSame(last, stretch)))
      shown[shown.length - 1] = { ...last, toNs: stretch.toNs };
    else shown.push(stretch);
  }
  return shown;
}

const rowHeight = 30;
const barHeight = 20;

const labelOf = (stretch: Stretch, withRole: boolean): string => {
  if (!stretch.up) return 'down';
  const term = stretch.term === null ? '' : String(stretch.term);
  return withRole ? [stretch.role ?? '', term].filter((part) => part !== '').join(' ') : term;
};

function bar(stretch: Stretch, axis: TimeAxis, y: number): Html {
  const [from, to] = [axis.x(stretch.fromNs), axis.x(stretch.toNs)];
  const width = to - from;
  const fits = (text: string): boolean => text !== '' && text.length * 6.4 + 8 <= width;
  const kind = roleClass(stretch);
  const long = labelOf(stretch, kind !== 'follower');
  const label = [long, labelOf(stretch, false)].find(fits);
  const told = stretch.up ? `${stretch.role ?? 'no role known'}, term ${String(stretch.term ?? 'unknown')}` : 'down';
  return html`<g class="role ${kind}"
    ><title>${told}, ${moment(stretch.fromNs)} to ${moment(stretch.toNs)}</title
    ><rect
      x="${from.toFixed(1)}"
      y="${y}"
      width="${Math.max(width, kind === 'leader' ? 1.5 : 0.6).toFixed(1)}"
      height="${barHeight}"
    />${label !== undefined && html`<text x="${(from + 5).toFixed(1)}" y="${y + 14}">${label}</text>`}</g
  >`;
}

function row(story: NodeStory, axis: TimeAxis, y: number): Html {
  return html`<text class="name" x="${margin.left - 8}" y="${y + 14}" text-anchor="end">${shorten(story.node, 7)}</text>
    ${visible(story.stretches, axis).map((stretch) => bar(stretch, axis, y))}
    ${story.paused.map(({ fromNs, toNs }) => {
      const [from, to] = [axis.x(fromNs), axis.x(toNs)];
      return html`<g class="paused"
        ><title>paused, ${moment(fromNs)} to ${moment(toNs)}</title
        ><rect
          x="${from.toFixed(1)}"
          y="${y + barHeight - 3}"
          width="${Math.max(1, to - from).toFixed(1)}"
          height="5"
        />${to - from > 46 && html`<text x="${((from + to) / 2).toFixed(1)}" y="${y + 14}" text-anchor="middle">paused</text>`}</g
      >`;
    })}
    ${story.crashes.map(({ atNs, message }) => {
      const x = axis.x(atNs).toFixed(1);
      return html`<g class="crash"
        ><title>crashed at ${moment(atNs)}: ${message}</title><path d="M${x} ${y - 3}v${barHeight + 6}" /><text
          x="${x}"
          y="${y + 14}"
          text-anchor="middle"
          >✗</text
        ></g
      >`;
    })}`;
}

/** The lanes as SVG. `marks` are moments to draw a line at: where something went wrong. */
export function timeline(
  stories: readonly NodeStory[],
  faults: readonly (FaultInterval & { readonly colour: string })[],
  marks: readonly number[],
  endNs: number,
  width: Width,
): Html {
  const axis = timeAxis(width, endNs);
  const top = 8;
  const bottom = top + stories.length * rowHeight;
  return html`<svg
    viewBox="0 0 ${axis.width} ${bottom + 26}"
    role="img"
    aria-label="Role and term of each node over time"
  >
    ${faults.map(({ colour, fromNs, toNs }) => {
      const [from, to] = [axis.x(fromNs), axis.x(toNs)];
      return html`<rect
        class="fault"
        x="${from.toFixed(1)}"
        y="0"
        width="${Math.max(1, to - from).toFixed(1)}"
        height="${bottom}"
        fill="${colour}"
      />`;
    })}
    ${stories.map((story, i) => row(story, axis, top + i * rowHeight))}
    ${marks.map((ns) => html`<path class="failure" d="M${axis.x(ns).toFixed(1)} 0V${bottom}" />`)}
    ${axisMarks(axis, bottom)}
  </svg>`;
}

/** Whether there is anything to draw: a system that never says its role has no lanes. */
export function hasRoles(stories: readonly NodeStory[]): boolean {
  return stories.some(
    ({ stretches, crashes }) => crashes.length > 0 || stretches.some(({ role, up }) => role !== null || !up),
  );
}
