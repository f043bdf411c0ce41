/** Numbers, times, values and operations in the words of a report. */

import type { Json, Operation } from '../src/history/operation.ts';

/** `1 operation`, `6,012 operations`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${number(n)} ${n === 1 ? one : many}`;
}

/** `6,012`. */
export function number(n: number): string {
  return n.toLocaleString('en-US');
}

/** A moment of the test: `12.345 s`; more digits where `resolutionNs` asks for them. */
export function moment(ns: number, resolutionNs = 1e6): string {
  const digits = resolutionNs < 1e4 ? 6 : resolutionNs < 1e6 ? 4 : resolutionNs < 5e7 ? 3 : resolutionNs < 5e8 ? 1 : 0;
  return `${(ns / 1e9).toFixed(digits)} s`;
}

/** How long something took: `850 µs`, `3.4 ms`, `12 s`, `2 min 5 s`. */
export function duration(ns: number): string {
  if (ns < 1e6) return `${String(Math.round(ns / 1e3))} µs`;
  if (ns < 1e9) return `${significant(ns / 1e6)} ms`;
  if (ns < 100e9) return `${significant(ns / 1e9)} s`;
  const seconds = Math.round(ns / 1e9);
  return `${String(Math.floor(seconds / 60))} min ${String(seconds % 60)} s`;
}

const significant = (x: number): string => (x < 9.95 ? x.toFixed(1).replace(/\.0$/, '') : String(Math.round(x)));

/** Cuts at `max` characters and marks the cut. */
export function shorten(text: string, max: number): string {
  const characters = Array.from(text);
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join('')}…`;
}

/** A value as a history writes it; strings that are plain words without quotes. */
export function value(of: Json | undefined): string {
  if (of === undefined) return '';
  if (typeof of === 'string') return /^[\p{L}\p{N}_./:-]+$/u.test(of) ? of : JSON.stringify(of);
  if (Array.isArray(of)) return `[${of.map((item: Json) => value(item)).join(' ')}]`;
  return JSON.stringify(of);
}

const isPair = (of: Json): of is readonly [Json, Json] => Array.isArray(of) && of.length === 2;

/**
 * What was asked, and what came of it: `read → 4`, `write 7`, `cas 3→4`; a read without an answer is `read → ?`. With
 * `keyed` also of which key: `read x → 4`. Transactions are their reads and writes: `r x → 4, w y 7`.
 */
export function operation(invocation: Operation, completion: Operation | null, keyed = false): string {
  const { f, key, value: asked } = invocation;
  const got = completion?.type === 'ok' ? completion.value : undefined;
  const done = got ?? asked;
  if (f === 'txn' && isReadsAndWrites(done)) return done.map((one) => readOrWrite(one, got !== undefined)).join(', ');
  const name = keyed && key !== undefined ? `${f} ${value(key)}` : f;
  if (f === 'cas' && isPair(asked)) return `${name} ${value(asked[0])}→${value(asked[1])}`;
  if (asked === null) return got === undefined ? `${name} → ?` : `${name} → ${value(got)}`;
  const told = got === undefined || got === null || JSON.stringify(got) === JSON.stringify(asked);
  return told ? `${name} ${value(asked)}` : `${name} ${value(asked)} → ${value(got)}`;
}

type ReadOrWrite = readonly [f: 'r' | 'w', key: Json, value: Json];

function isReadsAndWrites(of: Json): of is Json & readonly ReadOrWrite[] {
  const isOne = (one: Json): boolean => Array.isArray(one) && one.length === 3 && (one[0] === 'r' || one[0] === 'w');
  return Array.isArray(of) && of.length > 0 && (of as readonly Json[]).every(isOne);
}

function readOrWrite([f, key, of]: ReadOrWrite, isAnswered: boolean): string {
  if (f === 'w') return `w ${value(key)} ${value(of)}`;
  return `r ${value(key)} → ${isAnswered ? value(of) : '?'}`;
}

/** Whether operations are of more than one key, so that it has to be said of which. */
export function ofSeveralKeys(calls: readonly { readonly invocation: Operation }[]): boolean {
  return new Set(calls.map(({ invocation }) => invocation.key)).size > 1;
}

/** What became of an operation, in words. */
export function outcome(completion: Operation | null): string {
  if (completion === null) return 'no answer before the end';
  const why = completion.error === undefined ? '' : `: ${completion.error}`;
  if (completion.type === 'ok') return 'ok';
  return completion.type === 'fail' ? `failed${why}` : `unknown${why}`;
}

/**
 * A field of some evidence as a label and a text: `recoveredAfterMs: 40` is `recovered after`, `40 ms`; fields that end in
 * `time` are moments in ns.
 */
export function named(name: string, of: string | number): readonly [label: string, text: string] {
  const label = name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  if (typeof of === 'string') return [label, of];
  const timed = /^(.*?) ?\b(ms|ns)$/.exec(label);
  if (timed !== null)
    return [timed[1] === '' ? 'for' : (timed[1] ?? label), duration(timed[2] === 'ns' ? of : of * 1e6)];
  return [label, /\btime$/.test(label) ? moment(of) : number(of)];
}
