/**
 * How one system is told: what a node's state looks like from outside, how its messages read in one line, how its clients
 * speak. Everything else in a scenario is the same for every system.
 */

import type { DiskImage, Json, Request } from '../../systems/protocol.ts';

/** All that can be seen of a running node. */
export interface Seen {
  /** What its protocol's `inspect` gives: live, to be read only. Null where the protocol has none. */
  readonly state: object | null;
  /** The last detail of each of its probes, since its process started. */
  readonly probes: ReadonlyMap<string, Json>;
  /** What is durable. */
  readonly disk: DiskImage;
}

/** A log as a scenario speaks of it: one word an entry, such as its term. */
export interface LogView {
  /** Entries before the first of `entries`, which stand in a snapshot only. */
  readonly compacted: number;
  readonly entries: readonly string[];
}

/** One node at one moment. Null is what this system does not have, or does not show. */
export interface View {
  readonly role: string | null;
  readonly leads: boolean;
  readonly term: number | null;
  readonly log: LogView | null;
  /** So many entries of the log are committed, those in the snapshot included. */
  readonly committed: number | null;
}

/** A message in one line. */
export interface Told {
  /** By which a scenario chooses messages: `{ kind: 'append-entries' }`. */
  readonly kind: string;
  readonly text: string;
  /** The same in a few words, for a drawing: what it is, the entries in it, its term. */
  readonly brief: string;
  /** Sent again and again whatever happens, such as a heartbeat: left out of the transcript where it changes nothing. */
  readonly routine: boolean;
}

/** What a client wants of the system. */
export interface Wish {
  readonly f: string;
  readonly key?: string;
  readonly value: Json;
}

/** How clients speak. `context` is what a client carries from one operation to the next; it begins as null. */
export interface Dialect {
  request(wish: Wish, context: Json): Request;
  /** What an `ok` with `value` means: the operation's result, and the context from now on. */
  understood(wish: Wish, value: Json, context: Json): { readonly value: Json; readonly context: Json };
}

export interface Idiom {
  readonly name: string;
  look(seen: Seen): View;
  /** One character for a role. */
  glyph(role: string): string;
  message(message: Json): Told;
  readonly dialect: Dialect;
  /** The timer on which a node stands for election, where there is such a thing. */
  readonly electionTimer?: string;
}

export const nothingSeen: View = { role: null, leads: false, term: null, log: null, committed: null };

/** `1 1 2`, or `(10) 2 2` where the first ten entries stand in a snapshot only. */
export function logText({ compacted, entries }: LogView): string {
  return [...(compacted > 0 ? [`(${compacted})`] : []), ...entries].join(' ');
}
