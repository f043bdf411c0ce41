/**
 * The operations of a part as a register sees them: which value each one found, wrote, or did not find. Calls have
 * become codes and values small numbers, so that all that comes after works on typed arrays.
 */

import { ABSENT, outcomes } from '../../../../src/history/columns.ts';
import { canonical, equal, isList } from '../../../../src/history/json.ts';
import type { Json } from '../../../../src/history/operation.ts';
import type { Part } from '../../part.ts';

export type RegisterCall = 'read' | 'write' | 'cas' | 'delete';

/** No value. */
export const NONE = -1;

/** By operation; values are numbered for this part alone, below `values`. */
export interface RegisterOperations {
  readonly count: number;
  readonly values: number;
  /** The value before all operations. */
  readonly initial: number;
  /** The value that was there if it happened, where the operation tells: of a read, of a cas. Else `NONE`. */
  readonly found: Int32Array;
  /** The value that it leaves if it happened, or `NONE`. A cas that leaves what it found is a read. */
  readonly writes: Int32Array;
  /** The value that a failed cas did not find, or `NONE`. */
  readonly denied: Int32Array;
  /** 1: it returned. 0: of unknown outcome. */
  readonly certain: Uint8Array;
  readonly invoked: Int32Array;
  readonly returned: Int32Array;
}

const READ = 1;
const WRITE = 2;
const CAS = 3;
const DELETE = 4;
const codes = { read: READ, write: WRITE, cas: CAS, delete: DELETE } as const;

/**
 * `callOf` says what a name means; null for a call that is none of a register, which makes the result null. Reads and
 * the like whose outcome is unknown tell nothing.
 */
export function registerOperations(
  part: Part,
  init: Json,
  callOf: (f: string) => RegisterCall | null,
): RegisterOperations | null {
  const { count, columns, f, input, output, outcome, invoked, returned } = part;
  const calls = new Uint8Array(columns.names.length);
  const numbers = numbering(columns.values, count);
  const found = new Int32Array(count).fill(NONE);
  const writes = new Int32Array(count).fill(NONE);
  const denied = new Int32Array(count).fill(NONE);
  const certain = new Uint8Array(count);
  let hasCas = false;
  for (let i = 0; i < count; i++) {
    const named = f[i] as number;
    let call = calls[named] as number;
    if (call === 0) {
      const meant = callOf(columns.names[named] as string);
      if (meant === null) return null;
      call = codes[meant];
      calls[named] = call;
    }
    const what = outcome[i] as number;
    certain[i] = what === outcomes.info ? 0 : 1;
    if (call === READ) {
      if (what === outcomes.ok) found[i] = numbers.of(output[i] as number);
    } else if (call === WRITE) writes[i] = numbers.of(input[i] as number);
    else if (call === DELETE) writes[i] = numbers.of(ABSENT);
    else hasCas = true;
  }
  const lookUp = init === null && !hasCas ? null : elements(part, calls, numbers);
  if (hasCas && lookUp !== null) {
    for (let i = 0; i < count; i++) {
      if (calls[f[i] as number] !== CAS) continue;
      const pair = columns.values[input[i] as number] as Json;
      const [from = null, to = null] = isList(pair) ? pair : [];
      if (outcome[i] === outcomes.mismatch) denied[i] = lookUp(from);
      else if (!equal(from, to)) {
        found[i] = lookUp(from);
        writes[i] = lookUp(to);
      } else if (outcome[i] === outcomes.ok) found[i] = lookUp(from);
    }
  }
  const initial = lookUp === null ? numbers.of(ABSENT) : lookUp(init);
  return { count, values: numbers.size(), initial, found, writes, denied, certain, invoked, returned };
}

interface Numbering {
  /** The number in this part of the value with this number in the history. */
  of(value: number): number;
  /** A number for a value that has none in the history. */
  another(): number;
  /** All numbers given are below it. */
  size(): number;
}

/** Beyond this many values of the history for each operation of the part, a table for all of them would cost more. */
const sparse = 8;

/** Numbers as they are where the part has a good share of the history's values, else by a table with open addressing. */
function numbering(values: readonly Json[], count: number): Numbering {
  let size = 0;
  if (values.length <= sparse * count + 64) {
    size = values.length;
    return { of: (value) => value, another: () => size++, size: () => size };
  }
  // An operation brings at most one value that is not an element of a cas, and absent comes on top.
  const bits = 32 - Math.clz32(2 * count + 2);
  const mask = 2 ** bits - 1;
  const keys = new Int32Array(mask + 1).fill(-1);
  const numbers = new Int32Array(mask + 1);
  return {
    of(value) {
      let slot = Math.imul(value, 0x9e3779b1) >>> (32 - bits);
      for (;;) {
        const key = keys[slot] as number;
        if (key === value) return numbers[slot] as number;
        if (key === -1) break;
        slot = (slot + 1) & mask;
      }
      keys[slot] = value;
      numbers[slot] = size;
      return size++;
    },
    another: () => size++,
    size: () => size,
  };
}

/** Numbers of values that are known as JSON only: the elements of a cas, and the initial value. */
function elements(part: Part, calls: Uint8Array, numbers: Numbering): (value: Json) => number {
  const { count, columns, f, input, output } = part;
  const known = new Map<string | number, number>();
  const identity = (value: Json): string | number => (typeof value === 'number' ? value : canonical(value));
  const add = (value: number): void => {
    known.set(identity(columns.values[value] as Json), numbers.of(value));
  };
  add(ABSENT);
  for (let i = 0; i < count; i++) {
    const call = calls[f[i] as number];
    if (call === READ) add(output[i] as number);
    else if (call === WRITE) add(input[i] as number);
  }
  return (value) => {
    const text = identity(value);
    let number = known.get(text);
    if (number === undefined) {
      number = numbers.another();
      known.set(text, number);
    }
    return number;
  };
}
