/** What a space-time diagram shows: who is in it, what went between them, and where it begins and ends. */

import type { Json } from '../../src/history/operation.ts';
import type { TraceRecord } from '../../src/store/run.ts';
import type { Call } from '../operations.ts';
import { operation, outcome } from '../words.ts';
import type { FaultSpan } from './faults.ts';
import { messagesOf, type Message, type Moment } from './messages.ts';
import { notesOf, stretchesOf, type Note, type Stretch } from './nodes.ts';
import { uneventful, vainRequests } from './repeats.ts';

export interface Arrow {
  readonly kind: 'message' | 'request' | 'reply';
  readonly from: string;
  readonly to: string;
  readonly sent: Moment;
  /** Where it ends; null when it has not got anywhere before the diagram ends. */
  readonly arrived: Moment | null;
  readonly fate: 'delivered' | 'copy' | 'lost';
  /** A few words; empty where the bar it belongs to says them. */
  readonly label: string;
  /** All of it. */
  readonly title: string;
}

/** One operation of a client. */
export interface Bar {
  readonly lane: string;
  readonly from: Moment;
  readonly to: Moment | null;
  readonly kind: 'ok' | 'fail' | 'info' | 'open';
  readonly words: string;
  readonly title: string;
  /** It has no place among the others. */
  readonly failed: boolean;
}

/** The moment at which it was certain that something is wrong. */
export interface Violated {
  readonly at: Moment;
  readonly text: string;
}

export interface Diagram {
  /** Lanes, clients first. */
  readonly clients: readonly string[];
  readonly nodes: readonly string[];
  readonly from: Moment;
  readonly until: Moment;
  readonly arrows: readonly Arrow[];
  readonly bars: readonly Bar[];
  readonly stretches: readonly Stretch[];
  readonly notes: readonly Note[];
  readonly faults: readonly FaultSpan[];
  readonly violated: Violated | null;
  readonly leftOut: {
    /** Messages that repeat the one before and change nothing. */
    readonly repeats: number;
    /** Messages that were sent before the diagram begins. */
    readonly before: number;
    /** Messages that were sent after what went wrong. */
    readonly after: number;
  };
}

export interface Told {
  readonly nodes: readonly string[];
  /** Client threads: a thread whose operation got no answer goes on as another process, in the same lane. */
  readonly concurrency: number;
  readonly records: readonly TraceRecord[];
  readonly calls: readonly Call[];
  /** Invocations of operations that have no place. */
  readonly failed: ReadonlySet<number>;
  readonly faults: readonly FaultSpan[];
  readonly violated: Violated | null;
  /** A message in a few words. */
  readonly brief: (message: Json) => string;
  readonly arrowsMax?: number;
}

/** Of what happens in one instant, clients call before all else and have their answers after it. */
export const first = Number.MIN_SAFE_INTEGER;
export const last = Number.MAX_SAFE_INTEGER;

export const compare = (a: Moment, b: Moment): number => a.ns - b.ns || a.seq - b.seq;

export const arrowsMax = 400;
/** A tooltip holds a message, not a snapshot. */
const titleMax = 2000;

const cut = (text: string): string => (text.length > titleMax ? `${text.slice(0, titleMax)}…` : text);

function arrowsOf(message: Message, brief: (message: Json) => string): readonly Arrow[] {
  const { from, to, body, content, sent, arrivals, lost } = message;
  const one = { kind: 'message', from, to, sent, label: brief(body), title: cut(content) } as const;
  if (arrivals.length === 0) return [{ ...one, arrived: lost, fate: lost === null ? 'delivered' : 'lost' }];
  return arrivals.map((arrived, i) => {
    return i === 0 ? { ...one, arrived, fate: 'delivered' } : { ...one, arrived, fate: 'copy', label: '' };
  });
}

type Fields = Readonly<Record<string, Json>>;
const fieldsOf = (of: Json | undefined): Fields =>
  typeof of === 'object' && of !== null && !Array.isArray(of) ? (of as Fields) : {};
const textOf = (of: Json | undefined): string => (typeof of === 'string' ? of : '');

/** What a client asks that is not what its operation is called. */
function requestLabel(body: Fields, doing: string | undefined, again: boolean): string {
  const f = textOf(body['f']);
  const what = f === doing ? '' : f.replaceAll('-', ' ');
  return again ? `${what} again`.trim() : what;
}

function replyLabel(body: Fields): string {
  const leader = textOf(body['leader']);
  if (body['type'] === 'redirect') return leader === '' ? 'no leader' : `ask ${leader}`;
  return body['type'] === 'ok' ? 'ok' : textOf(body['error']) || textOf(body['type']);
}

/** What went between clients and nodes. `busyWith` says what a client's operation is called at a moment. */
function clientArrows(
  records: readonly TraceRecord[],
  silent: ReadonlySet<number>,
  busyWith: (client: string, ns: number) => string | undefined,
): readonly Arrow[] {
  const before = new Set<string>();
  return records.flatMap(({ time: ns, node, kind, name: client, detail }, seq): readonly Arrow[] => {
    if ((kind !== 'request' && kind !== 'reply' && kind !== 'refuse') || silent.has(seq)) return [];
    const { body, latencyMs } = fieldsOf(detail);
    const way = typeof latencyMs === 'number' ? Math.round(latencyMs * 1e6) : 0;
    const title = cut(JSON.stringify(body ?? null));
    if (kind === 'reply') {
      const arrived = { seq: last, ns: ns + way };
      const label = replyLabel(fieldsOf(body));
      return [{ kind: 'reply', from: node, to: client, sent: { seq, ns }, arrived, fate: 'delivered', label, title }];
    }
    const sent = { seq: first, ns: ns - way };
    const refused = kind === 'refuse';
    const asked = `${client} ${title}`;
    const again = before.has(asked);
    before.add(asked);
    return [
      {
        kind: 'request',
        from: client,
        to: node,
        sent,
        arrived: { seq, ns },
        fate: refused ? 'lost' : 'delivered',
        label: requestLabel(fieldsOf(body), busyWith(client, sent.ns), again),
        title: refused ? `refused, ${node} is down: ${title}` : title,
      },
    ];
  });
}

type Lane = (process: string) => string;

const nameOf = (call: Call): string => `process ${String(call.invocation.process)}`;

/** The lane of a process, by the name that it has in a trace. */
function lanesOf(concurrency: number): Lane {
  return (name) => {
    const [, digits] = /^process (\d+)$/.exec(name) ?? [];
    return digits === undefined ? name : `process ${String(Number(digits) % Math.max(1, concurrency))}`;
  };
}

function barOf(call: Call, laneOf: Lane, failed: ReadonlySet<number>): Bar {
  const { invocation, completion } = call;
  const key = invocation.key === undefined ? '' : `${invocation.key} `;
  const [f, ...rest] = operation(invocation, completion).split(' ');
  const type = completion?.type ?? 'open';
  const lane = laneOf(nameOf(call));
  const who = lane === nameOf(call) ? '' : `p${String(invocation.process)}: `;
  return {
    lane,
    from: { seq: first, ns: invocation.time },
    to: completion === null ? null : { seq: last, ns: completion.time },
    kind: type === 'invoke' ? 'open' : type,
    words: `${who}${f ?? ''} ${key}${rest.join(' ').replaceAll('→ ', '→\u00a0')}`,
    title: `${operation(invocation, completion)}, ${nameOf(call)}: ${outcome(completion)}`,
    failed: failed.has(invocation.index),
  };
}

/**
 * The diagram of a run: it ends with what went wrong, or else with the run. Of more than `arrowsMax` arrows it shows the
 * last before that. Null where no message is known.
 */
export function diagramOf(told: Told): Diagram | null {
  const { nodes, records, calls, failed, violated, brief } = told;
  const messages = messagesOf(records);
  const silent = uneventful(messages, records);
  const laneOf = lanesOf(told.concurrency);
  const bars = calls.map((call) => barOf(call, laneOf, failed));
  const vain = vainRequests(records);
  const busy = Map.groupBy(calls, nameOf);
  const all = [
    ...messages.filter((message) => !silent.has(message)).flatMap((message) => arrowsOf(message, brief)),
    ...clientArrows(records, vain, (client, ns) => {
      return busy.get(client)?.findLast(({ invocation }) => invocation.time <= ns)?.invocation.f;
    }).map((arrow) => {
      return arrow.kind === 'request' ? { ...arrow, from: laneOf(arrow.from) } : { ...arrow, to: laneOf(arrow.to) };
    }),
  ].sort((a, b) => compare(a.sent, b.sent));
  if (all.length === 0) return null;

  const until = violated?.at ?? {
    seq: last,
    ns: Math.max(records.at(-1)?.time ?? 0, calls.at(-1)?.invocation.time ?? 0),
  };
  const isSoon = ({ sent }: { readonly sent: Moment }): boolean => compare(sent, until) <= 0;
  const soon = all.filter(isSoon);
  const shown = soon.slice(-(told.arrowsMax ?? arrowsMax));
  const isWhole = shown.length === soon.length;
  const start = { seq: first, ns: Math.min(records[0]?.time ?? 0, calls[0]?.invocation.time ?? 0) };
  const from = isWhole ? start : (shown[0]?.sent ?? start);
  const ended = (at: Moment | null): Moment | null => (at === null || compare(at, until) > 0 ? null : at);
  const isIn = (at: Moment): boolean => compare(at, from) >= 0 && compare(at, until) <= 0;
  const overlaps = (begin: Moment, end: Moment | null): boolean =>
    compare(begin, until) <= 0 && (end === null || compare(end, from) >= 0);

  const arrows = shown.map((arrow) => ({ ...arrow, arrived: ended(arrow.arrived) }));
  const drawn = bars.filter((bar) => overlaps(bar.from, bar.to)).map((bar) => ({ ...bar, to: ended(bar.to) }));
  const lanes = new Set([
    ...drawn.map(({ lane }) => lane),
    ...arrows.flatMap(({ kind, from: a, to: b }) => (kind === 'request' ? [a] : kind === 'reply' ? [b] : [])),
  ]);
  return {
    clients: [...lanes].sort((a, b) => a.localeCompare(b, 'en', { numeric: true })),
    nodes,
    from,
    until,
    arrows,
    bars: drawn,
    stretches: nodes.flatMap((node) => stretchesOf(node, records)).filter((of) => overlaps(of.from, of.to)),
    notes: notesOf(records).filter(({ at }) => isIn(at)),
    faults: told.faults.filter(({ fromNs, toNs }) =>
      overlaps({ seq: first, ns: fromNs }, toNs === null ? null : { seq: first, ns: toNs }),
    ),
    violated,
    leftOut: {
      repeats: [
        ...[...silent].map(({ sent }) => sent),
        ...[...vain].map((seq) => ({ seq, ns: records[seq]?.time ?? 0 })),
      ].filter(isIn).length,
      before: soon.length - shown.length,
      after: messages.filter((message) => !isSoon(message)).length,
    },
  };
}
