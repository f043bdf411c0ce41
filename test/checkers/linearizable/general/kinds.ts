/**
 * Kinds of data to try the general search on: a model, random histories, and the same semantics told once more for brute
 * force, without a line of the model.
 */

import { isList } from '../../../../src/history/json.ts';
import type { History, Json } from '../../../../src/history/operation.ts';
import type { Random } from '../../../../src/random.ts';
import { appendList, type List } from '../../../../checkers/models/append-list.ts';
import { impossible, type Model } from '../../../../checkers/models/model.ts';
import { register } from '../../../../checkers/models/register.ts';
import {
  randomHistory,
  randomListHistory,
  randomRegisterHistory,
  type Effect,
  type Shape,
} from '../../random-history.ts';
import type { Outcomes } from './brute-force.ts';

export interface Kind {
  readonly model: Model<unknown>;
  readonly make: (random: Random, shape: Shape) => History;
  readonly outcomes: Outcomes;
  /** The value at first, and the values that a state of the model stands for. */
  readonly init: Json;
  readonly values: (state: unknown) => readonly Json[];
}

const same = (a: Json, b: Json): boolean => JSON.stringify(a) === JSON.stringify(b);
const numberOf = (value: Json): number => (typeof value === 'number' ? value : 0);
const listOf = (value: Json): readonly Json[] => (isList(value) ? value : []);

const registerOutcomes: Outcomes = (value, { f, input, output, outcome }) => {
  if (f === 'write') return [input];
  if (f === 'read') return outcome !== 'ok' || same(output, value) ? [value] : [];
  const [from = null, to = null] = listOf(input);
  if (outcome === 'fail') return same(value, from) ? [] : [value];
  if (same(value, from)) return [to];
  return outcome === 'ok' ? [] : [value];
};

const listOutcomes: Outcomes = (value, { f, input, output, outcome }) => {
  const list = listOf(value);
  if (f === 'append') return [[...list, input]];
  return outcome !== 'ok' || same(listOf(output), list) ? [list] : [];
};

/** A register of which nothing is known but name, init and step. */
const bareRegister: Model<Json> = {
  name: 'bare register',
  init: null,
  step(state, { f, input, output, outcome }) {
    if (f === 'read') return outcome !== 'ok' || same(output, state) ? state : impossible;
    if (f === 'write') return input;
    const [from = null, to = null] = listOf(input);
    if (outcome === 'fail') return same(state, from) ? impossible : state;
    return same(state, from) ? to : outcome === 'ok' ? impossible : state;
  },
  matters: ({ f, outcome }) => outcome !== 'fail' || f === 'cas',
};

/** Its states never come back, and reads are not known to be reads. */
const bareCounter: Model<number> = {
  name: 'bare counter',
  init: 0,
  step(state, { f, input, output, outcome }) {
    if (f === 'add') return state + numberOf(input);
    return outcome !== 'ok' || output === state ? state : impossible;
  },
};
const counterOutcomes: Outcomes = (value, { f, input, output, outcome }) => {
  if (f === 'add') return [numberOf(value) + numberOf(input)];
  return outcome !== 'ok' || numberOf(value) === output ? [numberOf(value)] : [];
};
const counterEffect: Effect = (state, f, input) =>
  f === 'read'
    ? { state: numberOf(state), output: numberOf(state), failed: false }
    : { state: numberOf(state) + numberOf(input), output: null, failed: false };

const queue: Model<readonly Json[]> = {
  name: 'queue',
  init: [],
  step(state, { f, input, output, outcome }) {
    if (f === 'enqueue') return [...state, input];
    const [head = null, ...rest] = state;
    return outcome !== 'ok' || same(head, output) ? (state.length === 0 ? state : rest) : impossible;
  },
  equal: (a, b) => a.length === b.length && a.every((element, i) => element === b[i]),
};
const queueOutcomes: Outcomes = (value, { f, input, output, outcome }) => {
  const list = listOf(value);
  if (f === 'enqueue') return [[...list, input]];
  return outcome === 'ok' && !same(output, list[0] ?? null) ? [] : [list.slice(1)];
};
const queueEffect: Effect = (state, f, input) => {
  const list = listOf(state);
  if (f === 'enqueue') return { state: [...list, input], output: null, failed: false };
  return { state: list.slice(1), output: list[0] ?? null, failed: false };
};

/** A lock that knows who holds it: the same call by another process is another operation. */
const lock: Model<number | null> = {
  name: 'lock',
  init: null,
  distinguishesProcesses: true,
  step(state, { f, process }) {
    if (f === 'acquire') return state === null ? process : impossible;
    return state === process ? null : impossible;
  },
};
const lockOutcomes: Outcomes = (value, { f, process }) =>
  f === 'acquire' ? (value === null ? [process] : []) : value === process ? [null] : [];
const lockEffect: Effect = (state) => ({ state, output: null, failed: false });

/** A register that may forget a write as it comes: its model holds all values that are possible, as a power set. */
const forgetful: Model<readonly Json[]> = {
  name: 'forgetful register',
  init: [null],
  step(state, { f, input, output, outcome }) {
    if (f === 'write') return state.some((value) => same(value, input)) ? state : [...state, input];
    if (outcome !== 'ok') return state;
    return state.some((value) => same(value, output)) ? [output] : impossible;
  },
  key: (state) => JSON.stringify(state.map((value) => JSON.stringify(value)).toSorted()),
};
const forgetfulOutcomes: Outcomes = (value, { f, input, output, outcome }) => {
  if (f === 'write') return [value, input];
  return outcome !== 'ok' || same(output, value) ? [value] : [];
};

/** `calls` tells how to call, `lie` what is answered instead of the truth. */
function maker(
  calls: (random: Random, shape: Shape) => { f: string; input: Json },
  effect: Effect,
  lie: (random: Random, shape: Shape, output: Json) => Json,
  operationsMax = Infinity,
): Kind['make'] {
  return (random, shape) =>
    randomHistory(
      random,
      { ...shape, operations: Math.min(shape.operations, operationsMax) },
      () => calls(random, shape),
      effect,
      (_f, output) => lie(random, shape, output),
    );
}

const known = <State>(model: Model<State>): Model<unknown> => model;
const itself = (state: unknown): readonly Json[] => [state as Json];
const elements = (state: unknown): readonly Json[] => {
  const result: Json[] = [];
  for (let list = state as List; list.before !== null; list = list.before) result.unshift(list.last);
  return [result];
};

export const kinds: Readonly<Record<string, Kind>> = {
  register: {
    model: known(register),
    make: randomRegisterHistory,
    outcomes: registerOutcomes,
    init: null,
    values: itself,
  },
  'bare register': {
    model: known(bareRegister),
    make: randomRegisterHistory,
    outcomes: registerOutcomes,
    init: null,
    values: itself,
  },
  list: { model: known(appendList), make: randomListHistory, outcomes: listOutcomes, init: [], values: elements },
  counter: {
    model: known(bareCounter),
    outcomes: counterOutcomes,
    init: 0,
    values: itself,
    make: maker(
      (random, { values }) =>
        random.next() < 0.5 ? { f: 'read', input: null } : { f: 'add', input: random.int(values) },
      counterEffect,
      (random, { values }, output) => numberOf(output) + random.int(values),
    ),
  },
  queue: {
    model: known(queue),
    outcomes: queueOutcomes,
    init: [],
    values: itself,
    make: maker(
      (random, { values }) =>
        random.next() < 0.5 ? { f: 'dequeue', input: null } : { f: 'enqueue', input: random.int(values) },
      queueEffect,
      (random, { values }, output) => (output === null ? null : random.pick<Json>([null, random.int(values)])),
    ),
  },
  lock: {
    model: known(lock),
    outcomes: lockOutcomes,
    init: null,
    values: itself,
    make: maker(
      (random) => ({ f: random.pick(['acquire', 'release']), input: null }),
      lockEffect,
      () => null,
      // With more, hardly any would be possible.
      3,
    ),
  },
  'forgetful register': {
    model: known(forgetful),
    outcomes: forgetfulOutcomes,
    init: null,
    values: (state) => state as readonly Json[],
    make: maker(
      (random, { values }) =>
        random.next() < 0.6 ? { f: 'read', input: null } : { f: 'write', input: random.int(values) },
      (state, f, input) => ({ state: f === 'read' ? state : input, output: state, failed: false }),
      (random, { values }) => random.pick<Json>([null, random.int(values)]),
    ),
  },
};
