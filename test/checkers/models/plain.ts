/**
 * Plain objects, as somebody would write them who knows nothing of models: what a call can do to a state, and what it
 * then answers. They share no code with what they judge.
 */

import type { Json } from '../../../src/history/operation.ts';
import type { Random } from '../../../src/random.ts';

export interface Call {
  readonly f: string;
  readonly input: Json;
  readonly process: number;
}

export interface Result {
  readonly state: Json;
  /** Undefined where the answer does not matter. */
  readonly output?: Json;
  /** `mismatch`: compared and differed. `refused`: it did not happen. Absent: `ok`. */
  readonly outcome?: 'mismatch' | 'refused';
}

export interface Plain {
  readonly init: Json;
  call(random: Random): { readonly f: string; readonly input: Json };
  /** All that can come of the call; `seen` is the answer that the client got, if it is known. */
  results(state: Json, call: Call, seen?: Json): readonly Result[];
  /** An answer that may be wrong. */
  lie(random: Random, f: string, output: Json): Json;
  /** Answers that count as the same. */
  readonly normal?: (output: Json) => Json;
}

/** The same object with other contents at first. */
export const from = (init: Json, plain: Plain): Plain => ({ ...plain, init });

export const text = (value: Json): string => JSON.stringify(value);
const same = (a: Json, b: Json): boolean => text(a) === text(b);
const list = (state: Json): readonly Json[] => state as readonly Json[];
const without = (state: Json, i: number): Json => list(state).toSpliced(i, 1);

const cas = (state: Json, input: Json): Result =>
  same(list(input)[0] ?? null, state) ? { state: list(input)[1] ?? null } : { state, outcome: 'mismatch' };

export const register: Plain = {
  init: null,
  call(random) {
    const f = random.pick(['read', 'get', 'write', 'put', 'cas']);
    const value = () => random.int(3);
    return { f, input: f === 'cas' ? [value(), value()] : f === 'read' || f === 'get' ? null : value() };
  },
  results(state, { f, input }) {
    if (f === 'read' || f === 'get') return [{ state, output: state }];
    return f === 'cas' ? [cas(state, input)] : [{ state: input }];
  },
  lie: (random) => random.pick([null, 0, 1, 2]),
};

export const kv: Plain = {
  init: null,
  call(random) {
    const f = random.pick(['get', 'get', 'put', 'append', 'append', 'cas', 'delete']);
    const value = () => random.pick(['a', 'b', 'ab']);
    const input = f === 'cas' ? [value(), random.pick(['b', null])] : f === 'get' || f === 'delete' ? null : value();
    return { f, input };
  },
  results(state, { f, input }) {
    if (f === 'get') return [{ state, output: state }];
    if (f === 'cas') return [cas(state, input)];
    if (f === 'delete') return [{ state: null }];
    return [{ state: f === 'append' ? `${(state as string | null) ?? ''}${input as string}` : input }];
  },
  lie: (random) => random.pick([null, '', 'a', 'b', 'ab', 'ba', 'aab']),
};

export const appendList: Plain = {
  init: [],
  call(random) {
    const f = random.pick(['append', 'read']);
    return { f, input: f === 'read' ? null : random.int(3) };
  },
  results: (state, { f, input }) => (f === 'read' ? [{ state, output: state }] : [{ state: [...list(state), input] }]),
  lie: (random, _f, output) =>
    random.pick<Json>([[...list(output), 1], list(output).slice(1), list(output).toReversed()]),
  normal: (output) => output ?? [],
};

export const counter: Plain = {
  init: 0,
  call(random) {
    const f = random.pick(['add', 'increment', 'decrement', 'read', 'read', 'add-and-get', 'get-and-add']);
    return { f, input: f === 'read' ? null : random.pick([null, 1, 2, -1]) };
  },
  results(state, { f, input }) {
    if (f === 'read') return [{ state, output: state }];
    const after = (state as number) + (f === 'decrement' ? -1 : 1) * ((input as number | null) ?? 1);
    if (f === 'add-and-get') return [{ state: after, output: after }];
    return [f === 'get-and-add' ? { state: after, output: state } : { state: after }];
  },
  lie: (random, _f, output) => (output as number) + random.pick([-1, 1, 2]),
};

export const set: Plain = {
  init: [],
  call(random) {
    const f = random.pick(['add', 'add', 'remove', 'contains', 'read']);
    return { f, input: f === 'read' ? null : random.int(3) };
  },
  results(state, { f, input }) {
    const others = list(state).filter((element) => !same(element, input));
    if (f === 'read') return [{ state, output: state }];
    if (f === 'contains') return [{ state, output: others.length < list(state).length }];
    return [{ state: sorted(f === 'add' ? [...others, input] : others) }];
  },
  lie(random, f, output) {
    if (f === 'contains') return output !== true;
    return random.pick<Json>([[...list(output), random.int(3)], list(output).slice(1), [0, 1].slice(random.int(2))]);
  },
  normal: (output) => (Array.isArray(output) ? sorted(output as Json[]) : (output ?? [])),
};

const sorted = (elements: readonly Json[]): Json => elements.toSorted((a, b) => (text(a) < text(b) ? -1 : 1));

/** A container of which `removable` says which elements (by place) may come out first. */
function container(
  insert: string,
  remove: string,
  values: readonly Json[],
  removable: (state: Json) => readonly number[],
): Plain {
  return {
    init: [],
    call(random) {
      const f = random.pick([insert, remove]);
      return { f, input: f === insert ? random.pick(values) : null };
    },
    results(state, { f, input }) {
      if (f === insert) return [{ state: [...list(state), input] }];
      if (list(state).length === 0) return [{ state, output: null }];
      return removable(state).map((i) => ({ state: without(state, i), output: list(state)[i] ?? null }));
    },
    lie: (random) => random.pick([null, ...values]),
  };
}

const priority = (element: Json): number => (typeof element === 'number' ? element : (list(element)[0] as number));

export const fifoQueue = container('enqueue', 'dequeue', [1, 2, 3, 4], () => [0]);
export const stack = container('push', 'pop', [1, 2, 3, 4], (state) => [list(state).length - 1]);
export const unorderedQueue = container('enq', 'deq', [1, 2, 3], (state) => [...list(state).keys()]);
export const priorityQueue = container('insert', 'delete-min', [1, [1, 'a'], [1, 'b'], 2, [2, 'c']], (state) => {
  const least = Math.min(...list(state).map(priority));
  return [...list(state).keys()].filter((i) => priority(list(state)[i] ?? null) === least);
});

/** `owner` is 0 for a lock that does not know it; count is how often it is held. */
function lock(ownerOf: (process: number) => number, isReentrant: boolean): Plain {
  return {
    init: null,
    call: (random) => ({ f: random.pick(['acquire', 'release']), input: null }),
    results(state, { f, process }) {
      const [owner, count] = (state ?? [null, 0]) as [number | null, number];
      const mine = owner === ownerOf(process);
      if (f === 'release') {
        return mine ? [{ state: count === 1 ? null : [owner, count - 1] }] : [{ state, outcome: 'refused' }];
      }
      if (owner !== null && !(mine && isReentrant)) return [{ state, output: false }];
      return [{ state: [ownerOf(process), count + 1], output: null }];
    },
    lie: (random, f) => (f === 'acquire' ? random.pick([null, false]) : null),
  };
}

export const mutex = lock(() => 0, false);
export const reentrantMutex = lock((process) => process, true);

export const semaphore: Plain = {
  init: 2,
  call: (random) => ({ f: random.pick(['acquire', 'release']), input: random.pick([null, 1, 2]) }),
  results(state, { f, input }) {
    const available = state as number;
    const count = (input as number | null) ?? 1;
    if (f === 'release')
      return available + count > 2 ? [{ state, outcome: 'refused' }] : [{ state: available + count }];
    return available < count ? [{ state, output: false }] : [{ state: available - count, output: null }];
  },
  lie: (random, f) => (f === 'acquire' ? random.pick([null, false]) : null),
};

/** State: owner and last token. An acquire may get any token above the last. */
export const fencedLock: Plain = {
  init: [null, 0],
  call: (random) => ({ f: random.pick(['acquire', 'release']), input: null }),
  results(state, { f, process }, seen) {
    const [owner, token] = state as [number | null, number];
    if (f === 'release') {
      return owner === process ? [{ state: [null, token] }] : [{ state, outcome: 'refused' }];
    }
    if (owner !== null) return [{ state, output: false }];
    if (typeof seen === 'number') return seen > token ? [{ state: [process, seen], output: seen }] : [];
    return [1, 2, 3].map((more) => ({ state: [process, token + more], output: token + more }));
  },
  lie: (random) => random.pick([false, 1, 2, 3]),
};

/** State: last token. */
export const leasedLock: Plain = {
  init: 0,
  call: (random) => ({ f: random.pick(['acquire', 'acquire', 'release']), input: null }),
  results(state, { f }, seen) {
    if (f === 'release') return [{ state }];
    if (seen === false) return [{ state, output: false }];
    const last = state as number;
    if (typeof seen === 'number') return seen > last ? [{ state: seen, output: seen }] : [];
    return [1, 2].map((more) => ({ state: last + more, output: last + more }));
  },
  lie: (random) => random.pick([false, 1, 2, 3]),
};

/** State: values of the registers 0 and 1. */
export const multiRegister: Plain = {
  init: [null, null],
  call(random) {
    const micro = (): Json => {
      const f = random.pick(['r', 'w']);
      return [f, random.int(2), f === 'r' ? null : random.int(3)];
    };
    return { f: 'txn', input: random.pick([[micro()], [micro(), micro()]]) };
  },
  results(state, { input }) {
    const values = [...list(state)];
    const output = list(input).map((micro): Json => {
      const [f, key, value] = micro as ['r' | 'w', number, Json];
      if (f === 'w') values[key] = value;
      return [f, key, values[key] ?? null];
    });
    return [{ state: values, output }];
  },
  lie: (random, _f, output) =>
    list(output).map((micro) => {
      const [f, key, value] = micro as ['r' | 'w', number, Json];
      return [f, key, f === 'r' ? random.pick([null, 0, 1, 2]) : value];
    }),
};
