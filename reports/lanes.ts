/**
 * The operations around a failure: a lane for each process, a bar from invocation to completion. Places on the line follow
 * the order of events and leave room for words; they are not to scale, since what decides is who came before whom.
 */

import type { History, Operation } from '../src/history/operation.ts';
import { inColumns } from './columns.ts';
import { html, type Html } from './html.ts';
import type { Call } from './operations.ts';
import { moment, ofSeveralKeys, operation, outcome, shorten } from './words.ts';

export interface Lanes {
  /** Names of the processes, beside the drawing so that they stay when it is scrolled. */
  readonly names: Html;
  readonly drawing: Html;
}

export interface LaneFault {
  readonly label: string;
  readonly colour: string;
  readonly fromNs: number;
  readonly toNs: number;
}

/** An arrow from one operation to another. */
export interface LaneLink {
  readonly from: Call;
  readonly to: Call;
  /** `learned`: what `to` did it did knowing of `from`. `ordered`: `from` had to come before `to`. */
  readonly kind: 'learned' | 'ordered';
  /** In one lane: over the bars between the two, and not through them. */
  readonly over?: boolean;
  readonly text: string;
}

const rowHeight = 34;
/** Where there are arrows, lanes stand further apart. */
const linkedRowHeight = 58;
const barHeight = 24;
/** How high a link goes over the bars of its own lane. */
const archHeight = 24;
const characterWidth = 7.4;
const labelMax = 40;
const axisHeight = 30;
const faultHeight = 20;

/** Where each event is, in pixels, and everything between events. */
interface Places {
  readonly of: (historyIndex: number) => number;
  readonly at: (ns: number) => number;
  readonly width: number;
  readonly ticks: readonly { readonly x: number; readonly ns: number }[];
}

/** What is written in a bar. */
type LabelOf = (call: Call) => string;

/** What a bar must hold: its words, with their crosses and question marks. */
const widthOf = (label: string): number => label.length * characterWidth + 30;

const returned = ({ completion }: Call): Operation | null =>
  completion === null || completion.type === 'info' ? null : completion;

function place(shown: readonly Call[], labelOf: LabelOf): Places {
  const events: { readonly operation: Operation; readonly begun: Call | null }[] = shown
    .flatMap((call) => {
      const end = returned(call);
      const begin = { operation: call.invocation, begun: null };
      return end === null ? [begin] : [begin, { operation: end, begun: call }];
    })
    .sort((a, b) => a.operation.index - b.operation.index);

  const placed = new Map<number, number>();
  const points: { readonly x: number; readonly ns: number }[] = [];
  let last = { x: 0, ns: events[0]?.operation.time ?? 0 };
  for (const { operation: event, begun } of events) {
    const gapMs = (event.time - last.ns) / 1e6;
    const next = last.x + 12 + Math.min(36, 10 * Math.log10(1 + gapMs));
    const room = begun === null ? 0 : (placed.get(begun.invocation.index) ?? 0) + widthOf(labelOf(begun));
    last = { x: Math.max(next, room), ns: event.time };
    placed.set(event.index, last.x);
    points.push(last);
  }
  const openEnd = shown
    .filter((call) => returned(call) === null)
    .map((call) => (placed.get(call.invocation.index) ?? 0) + widthOf(labelOf(call)));
  const width = Math.max(last.x + 64, ...openEnd.map((x) => x + 20));

  const at = (ns: number): number => {
    const after = points.findIndex((point) => point.ns >= ns);
    if (after === 0) return ns < (points[0]?.ns ?? 0) ? 0 : (points[0]?.x ?? 0);
    if (after === -1) return width;
    const [a, b] = [points[after - 1] ?? last, points[after] ?? last];
    return b.ns === a.ns ? b.x : a.x + ((ns - a.ns) / (b.ns - a.ns)) * (b.x - a.x);
  };
  const ticks: { x: number; ns: number }[] = [];
  for (const point of points) if (point.x - (ticks.at(-1)?.x ?? -200) >= 120) ticks.push(point);
  return { of: (index) => placed.get(index) ?? 0, at, width, ticks };
}

/** For what is drawn with links: see columns.ts. */
function placeByLinks(shown: readonly Call[], links: readonly LaneLink[], labelOf: LabelOf): Places {
  const { of, width } = inColumns(shown, links, (call) => widthOf(labelOf(call)));
  return { of: (index) => of.get(index) ?? 0, at: () => 0, width, ticks: [] };
}

function bar(call: Call, words: string, places: Places, y: number, failed: boolean): Html {
  const { invocation, completion } = call;
  const end = returned(call);
  const from = places.of(invocation.index);
  const to = end === null ? places.width : places.of(end.index);
  const kind = failed ? 'failed' : (completion?.type ?? 'open');
  const sign = failed ? '✗ ' : end === null ? '? ' : completion?.type === 'fail' ? '⊘ ' : '';
  const shape =
    end === null
      ? html`<path d="M${(to - 2).toFixed(1)} ${y}H${from.toFixed(1)}v${barHeight}H${(to - 2).toFixed(1)}" />`
      : html`<rect x="${from.toFixed(1)}" y="${y}" width="${(to - from).toFixed(1)}" height="${barHeight}" rx="4" />`;
  return html`<g class="bar ${kind}"
    ><title>${words}, process ${String(invocation.process)}: ${outcome(completion)}</title>${shape}<text
      x="${(from + 8).toFixed(1)}"
      y="${y + 16}"
      >${sign}${shorten(words, labelMax)}</text
    ></g
  >`;
}

const laneOf = (y: number, width: number): Html =>
  html`<path class="lane" d="M0 ${y + barHeight / 2}H${width.toFixed(1)}" />`;

/** From the end of one bar to the beginning of another; along a lane in a line, across lanes in a curve. */
function link(
  { from, to, kind, text, over = false }: LaneLink,
  places: Places,
  yOf: ReadonlyMap<Operation['process'], number>,
): Html {
  const inset = 14;
  const startOf = (call: Call): number => places.of(call.invocation.index);
  // What has no end was seen at some time: the arrow leaves where its words are.
  const endOf = (call: Call): number => places.of(returned(call)?.index ?? -1) || startOf(call) + 4 * inset;
  const [y1, y2] = [yOf.get(from.invocation.process) ?? 0, yOf.get(to.invocation.process) ?? 0];
  const learned = kind === 'learned';
  if (y1 === y2) {
    const [left, right] = [endOf(from), startOf(to)];
    if (right > left && over) {
      const [x1, x2] = [left - inset, right + inset];
      const arc = html`<path
        d="M${x1.toFixed(1)} ${y1}C${x1.toFixed(1)} ${y1 - archHeight} ${x2.toFixed(1)} ${y1 - archHeight} ${x2.toFixed(1)} ${y1 - 6}"
      />`;
      return html`<g class="link ${kind}"><title>${text}</title>${arc}${head(x2, y1, 1)}</g>`;
    }
    if (right > left) {
      const y = y1 + barHeight / 2;
      const line = html`<path d="M${left.toFixed(1)} ${y}H${(right - 6).toFixed(1)}" />`;
      return html`<g class="link ${kind}"><title>${text}</title>${line}${head(right, y, 0)}</g>`;
    }
    // Back in its own lane: an arc below the bars.
    const [x1, x2] = [startOf(from) + inset, endOf(to) - inset];
    const y = y1 + barHeight;
    const arc = html`<path
      d="M${x1.toFixed(1)} ${y}C${x1.toFixed(1)} ${y + 26} ${x2.toFixed(1)} ${y + 26} ${x2.toFixed(1)} ${y + 6}"
    />`;
    return html`<g class="link ${kind}"><title>${text}</title>${arc}${head(x2, y, -1)}</g>`;
  }
  const down = y2 > y1;
  const x1 = Math.max(startOf(from) + inset / 2, endOf(from) - inset);
  const x2 = Math.min(endOf(to) - inset / 2, startOf(to) + (learned ? inset : 2 * inset));
  const [a, b] = down ? [y1 + barHeight, y2 - 6] : [y1, y2 + barHeight + 6];
  const bend = (down ? 1 : -1) * Math.min(60, Math.abs(b - a) * 0.7 + 8);
  const curve = html`<path
    d="M${x1.toFixed(1)} ${a}C${x1.toFixed(1)} ${(a + bend).toFixed(1)} ${x2.toFixed(1)} ${(b - bend).toFixed(1)} ${x2.toFixed(1)} ${b}"
  />`;
  return html`<g class="link ${kind}"
    ><title>${text}</title>${curve}${head(x2, down ? y2 : y2 + barHeight, down ? 1 : -1)}</g
  >`;
}

/** An arrow's head with its point at (x, y): to the right (0), down (1) or up (-1). */
function head(x: number, y: number, direction: 0 | 1 | -1): Html {
  const back = 7 * direction;
  const at = (dx: number, dy: number): string => `${(x + dx).toFixed(1)} ${(y + dy).toFixed(1)}`;
  const points = direction === 0 ? [at(0, 0), at(-7, -4), at(-7, 4)] : [at(0, 0), at(-4, -back), at(4, -back)];
  return html`<path class="head" d="M${points.join('L')}Z" />`;
}

/** The process's name, and the node that it talks to. */
function nameOf(process: Operation['process'], node: string | undefined, y: number, failed: boolean): Html {
  return html`<g class="${failed ? 'name failed' : 'name'}"
    ><text x="0" y="${y + 11}">process ${String(process)}</text
    >${node !== undefined && html`<text class="node" x="0" y="${y + 24}">at ${shorten(node, 12)}</text>`}</g
  >`;
}

/**
 * Draws `shown`, with `failed` standing out and a line where it completes. A fault is a strip above the lanes for as long
 * as it was in force. `links` are arrows from bar to bar; with any, bars stand in columns by what these tell, without times.
 */
export function lanes(
  shown: readonly Call[],
  failed: Call,
  faults: readonly LaneFault[],
  links: readonly LaneLink[] = [],
): Lanes {
  const spacing = links.length > 0 ? linkedRowHeight : rowHeight;
  const keyed = ofSeveralKeys(shown);
  const wordsOf: LabelOf = ({ invocation, completion }) => operation(invocation, completion, keyed);
  const labelOf: LabelOf = (call) => shorten(wordsOf(call), labelMax);
  const places = links.length > 0 ? placeByLinks(shown, links, labelOf) : place(shown, labelOf);
  const processes = [...Map.groupBy(shown, (call) => call.invocation.process)].sort(
    (a, b) => Number(a[0]) - Number(b[0]),
  );
  const arch = links.some(({ over }) => over === true) ? archHeight : 0;
  const axis = links.length > 0 ? 0 : axisHeight;
  const top = axis + faults.length * faultHeight + 6 + arch;
  const height = top + processes.length * spacing + 4;
  const yOf = new Map(processes.map(([process], i) => [process, top + i * spacing]));
  const failedAt = returned(failed) === null ? places.width : places.of(returned(failed)?.index ?? 0);
  // Enough digits to tell neighbouring ticks apart.
  const resolution = Math.min(...places.ticks.slice(1).map(({ ns }, i) => ns - (places.ticks[i]?.ns ?? 0)));

  const names = html`<svg width="96" height="${height}" viewBox="0 0 96 ${height}" aria-hidden="true">
    ${faults.map(({ label }, i) => html`<text class="fault-name" x="0" y="${axis + i * faultHeight + 12}">${shorten(label, 15)}</text>`)}
    ${processes.map(([process, some], i) => nameOf(process, some[0]?.invocation.node ?? some[0]?.completion?.node, top + i * spacing, process === failed.invocation.process))}
  </svg>`;

  const drawing = html`<svg
    width="${Math.ceil(places.width)}"
    height="${height}"
    viewBox="0 0 ${Math.ceil(places.width)} ${height}"
    role="img"
    aria-label="Operations around the failure, one lane a process; the table below says the same"
  >
    <g class="axis">
      ${places.ticks.map(({ x, ns }) => html`<path d="M${x.toFixed(1)} 18V${height}" /><text x="${x.toFixed(1)}" y="12">${moment(ns, resolution)}</text>`)}
    </g>
    ${faults.map(({ label, colour, fromNs, toNs }, i) => {
      const [from, to] = [places.at(fromNs), places.at(toNs)];
      return html`<rect
        class="fault-strip"
        x="${from.toFixed(1)}"
        y="${axis + i * faultHeight}"
        width="${Math.max(2, to - from).toFixed(1)}"
        height="14"
        rx="3"
        fill="${colour}"
        ><title>${label}, ${moment(fromNs)} to ${moment(toNs)}</title></rect
      >`;
    })}
    ${processes.map((_, i) => laneOf(top + i * spacing, places.width))} ${links.map((each) => link(each, places, yOf))}
    ${processes.map(([, some], i) => {
      const y = top + i * spacing;
      return some.map((call) => bar(call, wordsOf(call), places, y, call === failed));
    })}
    ${links.length === 0 && html`<path class="failure" d="M${failedAt.toFixed(1)} 18V${height}" />`}
  </svg>`;
  return { names, drawing };
}

/** The calls that a failure names, in history order, with the failed one among them. */
export function callsAround(
  history: History,
  all: readonly Call[],
  invocation: number,
  around: readonly number[],
): { readonly shown: readonly Call[]; readonly failed: Call | null } {
  const wanted = new Set([...around, invocation].filter((index) => history[index] !== undefined));
  const shown = all.filter((call) => wanted.has(call.invocation.index));
  return { shown, failed: shown.find((call) => call.invocation.index === invocation) ?? null };
}
