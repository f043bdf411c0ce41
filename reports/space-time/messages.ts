/** Which delivery belongs to which send: a full trace says both, and not that they are of one message. */

import type { Json } from '../../src/history/operation.ts';
import type { TraceRecord } from '../../src/store/run.ts';

/** A place in a trace: the record's number, which decides what came before what, and its time in ns. */
export interface Moment {
  readonly seq: number;
  readonly ns: number;
}

export interface Message {
  readonly from: string;
  readonly to: string;
  readonly body: Json;
  /** `body` as text: what is the same message. */
  readonly content: string;
  readonly sent: Moment;
  /** In order; more than one where the network doubled it. */
  readonly arrivals: readonly Moment[];
  /** Where it, or a copy of it, was lost. */
  readonly lost: Moment | null;
}

interface Open extends Message {
  readonly arrivals: Moment[];
  lost: Moment | null;
}

/**
 * The messages of a trace in the order in which they were sent. Of those with the same content on the same link the one
 * that was sent first is delivered, or lost, first; what comes once all of them have been is a copy of the last.
 */
export function messagesOf(records: readonly TraceRecord[]): readonly Message[] {
  const messages: Open[] = [];
  /** Of each link and content, those that nothing is known of yet, and the last that something is. */
  const known = new Map<string, { readonly waiting: Open[]; last: Open | null }>();
  for (const [seq, { time: ns, node, kind, name, detail }] of records.entries()) {
    if (kind !== 'send' && kind !== 'deliver' && kind !== 'drop') continue;
    const [from, to] = kind === 'deliver' ? [name, node] : [node, name];
    const body = detail ?? null;
    const content = JSON.stringify(body);
    const key = JSON.stringify([from, to, content]);
    let same = known.get(key);
    if (same === undefined) known.set(key, (same = { waiting: [], last: null }));
    if (kind === 'send') {
      const message: Open = { from, to, body, content, sent: { seq, ns }, arrivals: [], lost: null };
      messages.push(message);
      same.waiting.push(message);
      continue;
    }
    const message = same.waiting.shift() ?? same.last;
    if (message === null) continue;
    same.last = message;
    if (kind === 'deliver') message.arrivals.push({ seq, ns });
    else message.lost ??= { seq, ns };
  }
  return messages;
}
