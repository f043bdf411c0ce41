/**
 * The relations that all causal and weaker models are made of: po (order within a session) and rf (from a write to the
 * reads that return it), with what is wrong about them at first sight.
 *
 * Unknown outcomes: an operation of outcome `info` is kept exactly if an operation that happened read what it wrote. It
 * comes after what its session had done before, and nothing comes after it in po, since it may have taken effect late.
 */

import type { HistoryColumns } from '../../src/history/columns.ts';
import type { Ambiguity } from './patterns.ts';

/** In `from`: the read returned the initial value. */
export const INITIAL = -1;
/** In `from`: no write to speak of (a write itself, or a read of which it is not known, or wrong, what it returned). */
export const NONE = -2;

/**
 * Nodes are operations that happened, and those of unknown outcome that were seen. They are numbered session by
 * session, in order: po within a session is `<`, and the position of a node in its session is `node - first[session]`.
 */
export interface Relations {
  readonly columns: HistoryColumns;
  readonly nodes: number;
  readonly sessions: number;
  /** By session, and one more: its first node. */
  readonly first: Int32Array;
  /** By session: the process. An operation of unknown outcome that others of its process follow is a session of its own. */
  readonly process: Int32Array;
  /** By session: the node that comes before its first one in po, or -1. */
  readonly parent: Int32Array;
  /** By node. */
  readonly session: Int32Array;
  /** By node: its row in the columns. */
  readonly row: Int32Array;
  /** By row: its node, or -1 for an operation that takes no part. */
  readonly nodeOf: Int32Array;

  readonly accesses: number;
  /** By node, and one more: its first access. */
  readonly start: Int32Array;
  /** By access: the node that it belongs to. */
  readonly node: Int32Array;
  /** By access: 1 for a write, 0 for a read. */
  readonly isWrite: Uint8Array;
  /** By access: number in `columns.keys`, or `columns.keys.length` for operations without a key. */
  readonly key: Int32Array;
  /** How many numbers of keys there are. */
  readonly keys: number;
  /** By access: number in `columns.values`. */
  readonly value: Int32Array;
  /** By access: the write access that a read returned, `INITIAL` or `NONE`. */
  readonly from: Int32Array;

  /** By node, and one more: where its messages begin in `messages`. */
  readonly messageStart: Int32Array;
  /**
   * Nodes that come directly after a node in po + rf, but are not the next of its session: readers of its writes, unless
   * later in the same session, and the first nodes of sessions of which it is the `parent`.
   */
  readonly messages: Int32Array;

  /** Accesses that read a value which nobody wrote, in the order of the nodes. */
  readonly thinAir: readonly number[];
  /** Accesses that read what only a failed operation wrote, and the row of that. */
  readonly aborted: readonly { readonly read: number; readonly writer: number }[];
  /** The first writes (by row) that can't be told apart. Reads that may have returned either have no rf. */
  readonly ambiguity: Ambiguity | null;
}

/** The node before `node` in po, or -1. */
export function poBefore({ session, first, parent }: Relations, node: number): number {
  const of = session[node] as number;
  return node > (first[of] as number) ? node - 1 : (parent[of] as number);
}

/** The next node of the same session, or -1. Sessions that begin after `node` elsewhere are among its messages. */
export function poNext({ session, first }: Relations, node: number): number {
  return node + 1 < (first[(session[node] as number) + 1] as number) ? node + 1 : -1;
}

/** Whether `a` comes before `b` in po. */
export function isPoBefore(relations: Relations, a: number, b: number): boolean {
  const of = relations.session[a];
  if (relations.session[b] === of) return a < b;
  const parent = relations.parent[relations.session[b] as number] as number;
  return parent >= 0 && relations.session[parent] === of && a <= parent;
}

/** The name of the key of an access, null for operations without a key. */
export function keyName({ columns, key }: Relations, access: number): string | null {
  return columns.keys[key[access] as number] ?? null;
}
