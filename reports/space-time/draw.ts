/** The diagram as SVG: names above, and below them the lanes. */

import { html, type Html } from '../html.ts';
import { roleClass } from '../timeline.ts';
import { duration, moment, shorten } from '../words.ts';
import { compare, type Arrow, type Bar, type Diagram } from './diagram.ts';
import type { FaultSpan } from './faults.ts';
import { bandWidth, barWidth } from './labels.ts';
import { layoutOf, lineHeight, type Layout, type Words } from './layout.ts';
import type { Note, Stretch } from './nodes.ts';

export interface Drawing {
  readonly width: number;
  /** The names of the lanes, in a strip of their own that stays in sight. */
  readonly names: Html;
  readonly picture: Html;
}

const headHeight = 34;
const px = (n: number): string => String(Math.round(n * 10) / 10);

/** `149.2`: ms since the test's start, without digits that tell nothing. */
export function milliseconds(ns: number): string {
  const ms = ns / 1e6;
  return ms.toLocaleString('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

function textAt({ lines, x, y, anchor }: Words, kind: string, dy = -3): Html {
  return html`<text class="${kind}" x="${px(x)}" y="${px(y + dy)}" text-anchor="${anchor}"
    >${lines.map((line, i) => (i === 0 ? html`${line}` : html`<tspan x="${px(x)}" dy="${lineHeight}">${line}</tspan>`))}</text
  >`;
}

/** An arrow's head, its point at (x, y), for a line that comes from (fromX, fromY). */
function head(fromX: number, fromY: number, x: number, y: number): string {
  const length = Math.hypot(x - fromX, y - fromY) || 1;
  const [ux, uy] = [(x - fromX) / length, (y - fromY) / length];
  const at = (back: number, aside: number): string =>
    `${px(x - ux * back - uy * aside)} ${px(y - uy * back + ux * aside)}`;
  return `M${at(0, 0)}L${at(8, 3.6)}L${at(8, -3.6)}Z`;
}

const half = (lane: string, { clients }: Diagram): number => (clients.includes(lane) ? barWidth : bandWidth) / 2;

function arrow(of: Arrow, diagram: Diagram, layout: Layout): Html {
  const direction = layout.x(of.to) > layout.x(of.from) ? 1 : -1;
  const fromX = layout.x(of.from) + direction * half(of.from, diagram);
  const toX = layout.x(of.to) - direction * half(of.to, diagram);
  const fromY = layout.y(of.sent);
  const isLost = of.fate === 'lost';
  // What is lost on its way ends between its sender and the lane beside it; what arrives at nobody, at its receiver.
  const beside = layout.room(of.from, direction) * 0.5;
  const x =
    of.arrived === null
      ? (fromX + toX) / 2
      : !isLost
        ? toX
        : of.arrived.ns > of.sent.ns
          ? toX - direction * 9
          : fromX + direction * beside;
  // What is lost at once still goes down a little, as everything that takes time does.
  const y = of.arrived === null ? fromY + 12 : Math.max(layout.y(of.arrived), isLost ? fromY + 9 : fromY);
  const kind = of.arrived === null ? 'open' : of.fate;
  const told =
    of.arrived === null ? 'still on its way' : isLost ? 'lost' : `arrives at ${milliseconds(of.arrived.ns)} ms`;
  const words = layout.words.get(of);
  return html`<g class="arrow ${of.kind} ${kind}"
    ><title>${of.from} → ${of.to} at ${milliseconds(of.sent.ns)} ms, ${told}: ${of.title}</title
    ><path class="hit" d="M${px(fromX)} ${px(fromY)}L${px(x)} ${px(y)}" /><path
      d="M${px(fromX)} ${px(fromY)}L${px(x)} ${px(y)}"
    />${
      isLost
        ? html`<path class="cross" d="M${px(x - 4)} ${px(y - 4)}l8 8m0 -8l-8 8" />`
        : of.arrived !== null && html`<path class="head" d="${head(fromX, fromY, x, y)}" />`
    }${words !== undefined && textAt(words, 'said')}</g
  >`;
}

function bar(of: Bar, diagram: Diagram, layout: Layout): Html {
  const begins = compare(of.from, diagram.from) >= 0;
  const [from, to] = [begins ? layout.y(of.from) : 4, of.to === null ? layout.height - 4 : layout.y(of.to)];
  const x = layout.x(of.lane) - barWidth / 2;
  const height = Math.max(4, to - from);
  const kind = of.failed ? 'failed' : of.kind;
  const box =
    of.to === null
      ? html`<path d="M${px(x)} ${px(to)}V${px(from)}h${barWidth}V${px(to)}" />`
      : html`<rect x="${px(x)}" y="${px(from)}" width="${barWidth}" height="${px(height)}" rx="3" />`;
  const words = layout.words.get(of);
  return html`<g class="operation ${kind}"
    ><title>${of.title}</title>${box}${words !== undefined && textAt(words, 'words', 9)}</g
  >`;
}

function stretch(of: Stretch, diagram: Diagram, layout: Layout): Html {
  const begins = compare(of.from, diagram.from) >= 0;
  const to = of.to !== null && compare(of.to, diagram.until) <= 0 ? layout.y(of.to) : layout.height;
  const from = begins ? layout.y(of.from) : 0;
  const told = of.up ? `${of.role ?? 'no role known'}, term ${String(of.term ?? 'unknown')}` : 'down';
  const words = layout.words.get(of);
  const x = layout.x(of.node) - bandWidth / 2;
  return html`<g class="role ${roleClass(of)}"
    ><title>${of.node}: ${told}, from ${milliseconds(of.from.ns)} ms</title
    ><rect x="${px(x)}" y="${px(from)}" width="${bandWidth}" height="${px(Math.max(0, to - from))}" />${
      words !== undefined && textAt(words, 'term', 11)
    }</g
  >`;
}

const signs: Readonly<Record<Note['kind'], string>> = {
  crash: '✗ ',
  violation: '✗ ',
  stop: '✗ ',
  restart: '↻ ',
  note: '',
};

function note(of: Note, layout: Layout): Html {
  const words = layout.words.get(of);
  if (words === undefined) return html``;
  const [line = '', ...more] = words.lines;
  const signed = { ...words, lines: [signs[of.kind] + line, ...more] };
  const [x, y] = [layout.x(of.node), layout.y(of.at)];
  return html`<g class="happened ${of.kind === 'note' ? 'told' : of.kind}"
    ><title>${of.node} at ${milliseconds(of.at.ns)} ms: ${of.title}</title
    ><path d="M${px(x - bandWidth / 2)} ${px(y)}h${bandWidth}" />${textAt(signed, 'said')}</g
  >`;
}

function fault(of: FaultSpan, colour: string, diagram: Diagram, layout: Layout): Html {
  const inside = (ns: number): boolean => compare({ seq: 0, ns }, diagram.from) >= 0 && ns <= diagram.until.ns;
  const at = (ns: number): number => layout.y({ seq: Number.MIN_SAFE_INTEGER, ns });
  const [begins, ends] = [inside(of.fromNs), of.toNs !== null && inside(of.toNs)];
  const from = begins ? at(of.fromNs) : 0;
  const to = ends && of.toNs !== null ? at(of.toNs) : layout.height;
  const x = layout.faultX.get(of) ?? 0;
  const words = layout.words.get(of);
  const line = (y: number): Html =>
    html`<path class="across" d="M${px(x)} ${px(y)}H${px(layout.width)}" stroke="${colour}" />`;
  const span = of.toNs === null ? '' : ` to ${milliseconds(of.toNs)}`;
  return html`<g class="trouble"
    ><title>${of.words}, ${milliseconds(of.fromNs)}${span} ms</title>${begins && line(from)}${ends && line(to)}<rect
      x="${px(x)}"
      y="${px(from)}"
      width="5"
      height="${px(Math.max(3, to - from))}"
      rx="2"
      fill="${colour}"
    />${words !== undefined && textAt(words, 'said', 11)}${
      ends && to - from > 2 * lineHeight && html`<text class="ended" x="${px(x + 9)}" y="${px(to - 3)}">ends</text>`
    }${of.paused.map((node) => {
      const left = layout.x(node) + bandWidth / 2 - 5;
      return html`<rect
        class="paused"
        x="${px(left)}"
        y="${px(from)}"
        width="5"
        height="${px(Math.max(3, to - from))}"
      />`;
    })}</g
  >`;
}

function pause({ y, ns }: { readonly y: number; readonly ns: number }, { width, laneFromX }: Layout): Html {
  return html`<g class="pause"
    ><rect x="0" y="${px(y - 7)}" width="${width}" height="14" /><text x="${px(laneFromX)}" y="${px(y + 4)}"
      >${duration(ns)} later</text
    ></g
  >`;
}

function names(diagram: Diagram, layout: Layout): Html {
  const name = (lane: string): Html =>
    html`<text class="name" x="${px(layout.x(lane))}" y="22" text-anchor="middle">${shorten(lane, 18)}</text>`;
  return html`<svg
    width="${layout.width}"
    height="${headHeight}"
    viewBox="0 0 ${layout.width} ${headHeight}"
    aria-hidden="true"
  >
    <text class="column" x="60" y="22" text-anchor="end">ms</text>
    ${diagram.faults.length > 0 && html`<text class="column" x="72" y="22">faults</text>`}
    ${[...diagram.clients, ...diagram.nodes].map(name)}
  </svg>`;
}

/** `colourOf` gives the colour of a fault kind. */
export function draw(diagram: Diagram, colourOf: (kind: string) => string): Drawing {
  const layout = layoutOf(diagram);
  const { width } = layout;
  const { violated } = diagram;
  const atY = violated === null ? layout.height : layout.y(violated.at);
  const height = violated === null ? layout.height : Math.max(layout.height, atY + 10);
  const all = [...diagram.clients, ...diagram.nodes];
  const picture = html`<svg
    width="${width}"
    height="${Math.ceil(height)}"
    viewBox="0 0 ${width} ${Math.ceil(height)}"
    role="img"
    aria-label="Space-time diagram: ${all.join(', ')} from left to right, time downward, ${String(diagram.arrows.length)} messages as arrows"
  >
    ${layout.pauses.map((each) => pause(each, layout))}
    ${all.map((lane) => html`<path class="lane" d="M${px(layout.x(lane))} 0V${px(layout.height)}" />`)}
    ${diagram.stretches.map((each) => stretch(each, diagram, layout))}
    ${diagram.faults.map((each) => fault(each, colourOf(each.kind), diagram, layout))}
    ${diagram.bars.map((each) => bar(each, diagram, layout))}
    ${diagram.arrows.map((each) => arrow(each, diagram, layout))} ${diagram.notes.map((each) => note(each, layout))}
    <g class="times">
      ${layout.times.map(({ y, ns }) => html`<text x="60" y="${px(y + 4)}" text-anchor="end">${milliseconds(ns)}</text>`)}
    </g>
    ${
      violated !== null &&
      html`<g class="violated"
        ><title>${violated.text}, at ${moment(violated.at.ns)}</title><path class="failure" d="M64 ${px(atY)}H${width}"
      /></g>`
    }
  </svg>`;
  return { width, names: names(diagram, layout), picture };
}
