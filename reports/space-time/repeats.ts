/** Which messages tell nothing: heartbeats, and what is sent again and again to who does not hear. */

import type { Json } from '../../src/history/operation.ts';
import type { TraceRecord } from '../../src/store/run.ts';
import type { Message } from './messages.ts';

/** What a node does by itself, not because of a message. */
const beginnings: ReadonlySet<string> = new Set(['deliver', 'timer', 'sync', 'request', 'start', 'exit', 'refuse']);
const changes: ReadonlySet<string> = new Set(['probe', 'gauge', 'log', 'crash', 'violation', 'reply']);

const fateOf = ({ arrivals, lost }: Message): string =>
  arrivals.length > 0 ? 'delivered' : lost === null ? 'under way' : 'lost';

/**
 * Messages with the content and the fate of the one before on the same link (of the same fate). Whatever a node heard
 * before it stopped is new to it afterwards.
 */
function repeating(messages: readonly Message[], records: readonly TraceRecord[]): ReadonlySet<Message> {
  const repeats = new Set<Message>();
  const last = new Map<string, { readonly content: string; readonly seq: number }>();
  const stops = Map.groupBy(
    records.flatMap(({ kind, node }, seq) => (kind === 'exit' || kind === 'crash' ? [{ node, seq }] : [])),
    ({ node }) => node,
  );
  const stoppedBetween = (node: string, from: number, to: number): boolean =>
    stops.get(node)?.some(({ seq }) => seq > from && seq < to) ?? false;
  const placeOf = ({ arrivals, sent }: Message): number => arrivals[0]?.seq ?? sent.seq;
  for (const message of messages.toSorted((a, b) => placeOf(a) - placeOf(b))) {
    const { from, to, content } = message;
    const link = JSON.stringify([from, to, fateOf(message)]);
    const before = last.get(link);
    const seq = placeOf(message);
    last.set(link, { content, seq });
    if (before?.content !== content) continue;
    if (!stoppedBetween(from, before.seq, seq) && !stoppedBetween(to, before.seq, seq)) repeats.add(message);
  }
  return repeats;
}

/**
 * The messages that repeat the one before on the same link and change nothing at the receiver: no probe, no crash, no
 * answer to a client, and nothing sent that would not be a repetition itself.
 */
export function uneventful(messages: readonly Message[], records: readonly TraceRecord[]): ReadonlySet<Message> {
  const repeats = repeating(messages, records);
  const sends = new Map(messages.map((message) => [message.sent.seq, message]));
  const isNews = (seq: number): boolean => {
    const { node } = records[seq] ?? {};
    for (let next = seq + 1; next < records.length; next++) {
      const record = records[next];
      if (record === undefined || record.node !== node) break;
      if (record.kind === 'drop') continue;
      if (changes.has(record.kind)) return true;
      if (beginnings.has(record.kind)) break;
      const sent = sends.get(next);
      if (sent !== undefined && !repeats.has(sent)) return true;
    }
    return false;
  };
  return new Set([...repeats].filter(({ arrivals }) => !arrivals.some(({ seq }) => isNews(seq))));
}

/**
 * Requests, and what came of them, of a client that asks the same of the same node again and is sent away as before: their
 * numbers in the trace.
 */
export function vainRequests(records: readonly TraceRecord[]): ReadonlySet<number> {
  const vain = new Set<number>();
  /** Of each client and node, what it asked last and has no answer to, and what it was told the last time. */
  const lines = new Map<string, { asked: { readonly seq: number; readonly content: string } | null; told: string }>();
  for (const [seq, { kind, node, name, detail }] of records.entries()) {
    if (kind !== 'request' && kind !== 'reply' && kind !== 'refuse') continue;
    const key = JSON.stringify([name, node]);
    let line = lines.get(key);
    if (line === undefined) lines.set(key, (line = { asked: null, told: '' }));
    const body = bodyOf(detail);
    const content = JSON.stringify(body);
    if (kind === 'request') {
      line.asked = { seq, content };
      continue;
    }
    const { asked } = line;
    const isAway = kind === 'refuse' || (asked !== null && bodyOf(body, 'type') === 'redirect');
    const told = kind === 'refuse' ? `refused ${content}` : `${asked?.content ?? ''} ${content}`;
    if (isAway && told === line.told) {
      vain.add(seq);
      if (kind === 'reply' && asked !== null) vain.add(asked.seq);
    }
    line.told = isAway ? told : '';
    line.asked = null;
  }
  return vain;
}

function bodyOf(detail: Json | undefined, name = 'body'): Json {
  if (typeof detail !== 'object' || detail === null || Array.isArray(detail)) return null;
  return (detail as Readonly<Record<string, Json>>)[name] ?? null;
}
