/** Kinds of data with random histories of them, for proofs by enumeration. */

import { appendList } from '../../../checkers/models/append-list.ts';
import { counter } from '../../../checkers/models/counter.ts';
import { fifoQueue } from '../../../checkers/models/fifo-queue.ts';
import { kv } from '../../../checkers/models/kv.ts';
import { register } from '../../../checkers/models/register.ts';
import { set } from '../../../checkers/models/set.ts';
import type { History, Json, Operation } from '../../../src/history/operation.ts';
import type { Random } from '../../../src/random.ts';
import { listStep, registerStep } from '../brute-force.ts';
import {
  randomHistory,
  randomListHistory,
  randomRegisterHistory,
  registerEffect,
  type Shape,
} from '../random-history.ts';
import {
  counterStep,
  queueStep,
  randomCounterHistory,
  randomQueueHistory,
  randomSetHistory,
  randomStoreHistory,
  setStep,
  storeStep,
} from './containers.ts';
import type { Call, Kind } from './evidence-proof.ts';

export const shapes: readonly Shape[] = [
  { operations: 4, processes: 2, values: 2, unknown: 0, lies: 0.2 },
  { operations: 6, processes: 3, values: 3, unknown: 0.1, lies: 0.2 },
  { operations: 7, processes: 4, values: 2, unknown: 0.4, lies: 0.3 },
  { operations: 7, processes: 3, values: 4, unknown: 0.2, lies: 0.1 },
];

const shapeFor = (seed: number): Shape => shapes[seed % shapes.length] as Shape;

const isRead = ({ invocation: { f } }: Call): boolean => f === 'read';

function registerValues({ invocation: { f, value }, completion }: Call): {
  saw: readonly Json[];
  made: readonly Json[];
} {
  if (f === 'read') return { saw: completion === null ? [] : [completion.value], made: [] };
  if (f === 'write') return { saw: [], made: [value] };
  const [from = null, to = null] = value as Json[];
  // A swap that failed is kept by what saw its value: that is what was expected of it.
  return { saw: completion?.type === 'fail' ? [] : [from], made: from === to ? [] : [to] };
}

/** Every written value is another; a compare-and-set expects one that was written before. */
function distinctRegisterHistory(random: Random, shape: Shape): History {
  let next = 0;
  const call = (): { f: string; input: Json } => {
    const f = random.pick(['read', 'read', 'write', 'write', 'cas']);
    if (f === 'read') return { f, input: null };
    const value = next++;
    return { f, input: f === 'write' ? value : [value === 0 ? null : random.int(value), value] };
  };
  const lie = (): Json => random.pick([null, random.int(next + 1)]);
  return randomHistory(random, shape, call, registerEffect, (f) => (f === 'read' ? lie() : null));
}

/** Histories of single keys side by side. */
export function interleaved(random: Random, histories: readonly History[]): History {
  const left = histories.map((history) => [...history]);
  const lines: Operation[] = [];
  while (left.some((history) => history.length > 0)) {
    const at = random.int(left.length);
    const line = left[at]?.shift();
    if (line === undefined) continue;
    const process = (line.process as number) * histories.length + at;
    lines.push({ ...line, index: lines.length, process, key: `k${at}`, time: lines.length });
  }
  return lines;
}

const registerKind: Omit<Kind, 'make'> = {
  model: register,
  step: registerStep,
  shown: (state) => (state === null ? 'absent' : JSON.stringify(state)),
  values: registerValues,
  observes: (call) => isRead(call) || call.completion?.type === 'fail',
};

export const kinds = {
  register: { ...registerKind, make: (random, seed) => randomRegisterHistory(random, shapeFor(seed)) },
  'register with distinct values': {
    ...registerKind,
    make: (random, seed) => distinctRegisterHistory(random, shapeFor(seed)),
  },
  'registers under three keys': {
    ...registerKind,
    make: (random, seed) =>
      interleaved(
        random,
        Array.from({ length: 3 }, (_, i) => randomRegisterHistory(random, shapeFor(seed + i))),
      ),
  },
  list: {
    model: appendList,
    make: (random, seed) => randomListHistory(random, shapeFor(seed)),
    step: listStep,
    shown: (state) => JSON.stringify(state ?? []),
    values: ({ invocation: { f, value }, completion }) =>
      f === 'append' ? { saw: [], made: [value] } : { saw: (completion?.value ?? []) as Json[], made: [] },
    observes: isRead,
  },
  'first-in-first-out queue': {
    model: fifoQueue,
    make: (random, seed) => randomQueueHistory(random, shapeFor(seed)),
    step: queueStep,
    shown: (state) => JSON.stringify(state ?? []),
    values: ({ invocation: { f, value }, completion }) => {
      if (f === 'enqueue') return { saw: [], made: [value] };
      return { saw: (completion?.value ?? null) === null ? [] : [completion?.value ?? null], made: [] };
    },
    observes: () => false,
  },
  set: {
    model: set,
    make: (random, seed) => randomSetHistory(random, shapeFor(seed)),
    step: setStep,
    shown: (state) => JSON.stringify(state ?? []),
    values: ({ invocation: { f, value }, completion }) => {
      if (f === 'add') return { saw: [], made: [value] };
      if (f === 'contains') return { saw: completion?.value === true ? [value] : [], made: [] };
      return { saw: f === 'read' ? ((completion?.value ?? []) as Json[]) : [], made: [] };
    },
    observes: ({ invocation: { f } }) => f === 'read' || f === 'contains',
  },
  counter: {
    model: counter,
    make: (random, seed) => randomCounterHistory(random, shapeFor(seed)),
    step: counterStep,
    shown: (state) => JSON.stringify(state ?? 0),
    values: () => ({ saw: [], made: [] }),
    observes: isRead,
  },
  'key of a store with appends': {
    model: kv,
    make: (random, seed) => randomStoreHistory(random, shapeFor(seed)),
    step: storeStep,
    shown: (state) => (state === null ? 'absent' : JSON.stringify(state)),
    values: () => ({ saw: [], made: [] }),
    observes: ({ invocation: { f } }) => f === 'get',
  },
} as const satisfies Readonly<Record<string, Kind>>;
