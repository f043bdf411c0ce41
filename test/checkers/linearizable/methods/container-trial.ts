/** Random histories of a queue, a stack and a priority queue, and what each of them does. */

import type { Method } from '../../../../checkers/linearizable/method.ts';
import { fifoQueueOvertaking } from '../../../../checkers/linearizable/methods/fifo-queue.ts';
import { priorityQueueInTime } from '../../../../checkers/linearizable/methods/priority-queue.ts';
import { stackFromBottom } from '../../../../checkers/linearizable/methods/stack.ts';
import { fifoQueue } from '../../../../checkers/models/fifo-queue.ts';
import type { Model } from '../../../../checkers/models/model.ts';
import { priorityQueue } from '../../../../checkers/models/priority-queue.ts';
import { stack } from '../../../../checkers/models/stack.ts';
import { withInit } from '../../../../checkers/models/with-init.ts';
import type { History, Json, Operation } from '../../../../src/history/operation.ts';
import type { Random } from '../../../../src/random.ts';
import type { Step } from '../../brute-force.ts';
import { randomHistory, type Effect } from '../../random-history.ts';
import { disturbed } from './disturbed.ts';
import type { Trial } from './judge-method.ts';

type List = readonly Json[];

/** All lists that can be left when one element is taken out, each with that element. */
type Take = (list: List) => readonly { readonly element: Json; readonly rest: List }[];

const at = (list: List, i: number) => ({ element: list[i] as Json, rest: list.toSpliced(i, 1) });
const oldest: Take = (list) => (list.length === 0 ? [] : [at(list, 0)]);
const newest: Take = (list) => (list.length === 0 ? [] : [at(list, list.length - 1)]);
const priority = (element: Json): number => (typeof element === 'number' ? element : (element as [number, string])[0]);
const smallest: Take = (list) => {
  const least = Math.min(...list.map(priority));
  return list.flatMap((element, i) => (priority(element) === least ? [at(list, i)] : []));
};

/** A state holds every list that is possible: where several may be taken out, it may be unknown which one was. */
const stepOf =
  (insert: string, take: Take, init: List): Step =>
  (state, { invocation: { f, value }, completion }) => {
    const lists = (state ?? [init]) as readonly List[];
    if (f === insert) return lists.map((list) => [...list, value]);
    const next = lists.flatMap((list) => {
      const taken = take(list);
      if (completion?.type !== 'ok') return taken.length === 0 ? [list] : taken.map(({ rest }) => rest);
      if (completion.value === null) return taken.length === 0 ? [list] : [];
      const seen = JSON.stringify(completion.value);
      return taken.flatMap(({ element, rest }) => (JSON.stringify(element) === seen ? [rest] : []));
    });
    return next.length === 0 ? undefined : next;
  };

const effectOf =
  (insert: string, take: Take, init: List, random: Random): Effect =>
  (state, f, input) => {
    const list = (state ?? init) as List;
    if (f === insert) return { state: [...list, input], output: input, failed: false };
    const taken = take(list);
    if (taken.length === 0) return { state: list, output: null, failed: false };
    const { element, rest } = random.pick(taken);
    return { state: rest, output: element, failed: false };
  };

const shapes = [
  { operations: 7, processes: 3, unknown: 0, lies: 0, moves: 4, swaps: 0.6 },
  { operations: 8, processes: 3, unknown: 0, lies: 0, moves: 14, swaps: 0.1 },
  { operations: 8, processes: 2, unknown: 0.15, lies: 0.1, moves: 6, swaps: 0.3 },
  { operations: 8, processes: 4, unknown: 0.25, lies: 0, moves: 6, swaps: 0.4 },
  { operations: 9, processes: 3, unknown: 0.2, lies: 0.05, moves: 8, swaps: 0.3 },
];

/** Too large to be tried out. */
const largerShapes = [
  { operations: 24, processes: 3, unknown: 0, lies: 0, moves: 6, swaps: 0.1 },
  { operations: 30, processes: 4, unknown: 0, lies: 0, moves: 12, swaps: 0.1 },
  { operations: 24, processes: 4, unknown: 0.15, lies: 0, moves: 6, swaps: 0.2 },
  { operations: 30, processes: 3, unknown: 0.25, lies: 0.02, moves: 8, swaps: 0.1 },
];

/** Of a real object, so that they are valid. */
const longShapes = [
  { operations: 600, processes: 4, unknown: 0.05, lies: 0, moves: 0, swaps: 0 },
  { operations: 600, processes: 12, unknown: 0.05, lies: 0, moves: 0, swaps: 0 },
  { operations: 600, processes: 8, unknown: 0.2, lies: 0, moves: 0, swaps: 0 },
];

/** Of a real object, many of whose removals have an unknown outcome, so that it has to be guessed what they removed. */
const unsureShapes = [
  { operations: 150, processes: 12, unknown: 0.2, lies: 0, moves: 0, swaps: 0 },
  { operations: 300, processes: 10, unknown: 0.4, lies: 0, moves: 0, swaps: 0 },
  { operations: 300, processes: 20, unknown: 0.1, lies: 0, moves: 0, swaps: 0 },
  { operations: 300, processes: 16, unknown: 0.2, lies: 0, moves: 0, swaps: 0 },
];

const sizes = { small: shapes, larger: largerShapes, long: longShapes, unsure: unsureShapes } as const;

interface Kind<State> {
  readonly method: Method;
  readonly model: Model<State>;
  readonly insert: string;
  readonly remove: string;
  readonly take: Take;
  /** The element that is inserted as the `ordinal`-th. */
  readonly element?: (random: Random, ordinal: number) => Json;
  readonly init?: List;
  /** Whether removals may have an unknown outcome. */
  readonly unknownRemovals?: boolean;
  readonly size?: keyof typeof sizes;
}

function trial<State>({
  method,
  model,
  insert,
  remove,
  take,
  element = (_, ordinal) => ordinal,
  init = [],
  unknownRemovals = true,
  size = 'small',
}: Kind<State>): Trial<State> {
  const make = (random: Random, seed: number): History => {
    const from = sizes[size];
    const { moves, swaps, ...shape } = from[seed % from.length] as (typeof shapes)[number];
    let inserted = 0;
    const call = () => {
      const isInsert = random.next() < 0.5;
      return isInsert ? { f: insert, input: element(random, inserted++) } : { f: remove, input: null };
    };
    const effect = effectOf(insert, take, init, random);
    const history = randomHistory(random, { ...shape, values: 0 }, call, effect, () => null);
    const whole = unknownRemovals ? history : withoutUnknown(history, remove);
    const moved = disturbed(random, whole, moves);
    return random.next() < swaps ? swapped(random, moved, remove) : moved;
  };
  const started = init.length === 0 ? model : withInit(model, init);
  return { method, model: started, step: stepOf(insert, take, init), make };
}

/** Two removals exchange what they removed, or one of them finds nothing. */
function swapped(random: Random, history: History, remove: string): History {
  const removals = random.shuffle(history.filter(({ type, f }) => type === 'ok' && f === remove));
  const [a, b] = removals;
  if (a === undefined) return history;
  const other = b === undefined || random.next() < 0.2 ? { index: -1, value: null } : b;
  return history.map((operation) => {
    if (operation.index === a.index) return { ...operation, value: other.value };
    return operation.index === other.index ? { ...operation, value: a.value } : operation;
  });
}

/** Without the removals of unknown outcome. */
function withoutUnknown(history: History, remove: string): History {
  const isUnknown = ({ process, index, f }: Operation): boolean => {
    if (f !== remove) return false;
    const completion = history.find(
      (other) => other.process === process && other.type !== 'invoke' && other.index >= index,
    );
    return (completion?.type ?? 'info') === 'info';
  };
  return history.filter((operation) => !isUnknown(operation)).map((operation, index) => ({ ...operation, index }));
}

const queueKind = { method: fifoQueueOvertaking, model: fifoQueue, insert: 'enqueue', remove: 'dequeue', take: oldest };
export const queue = trial(queueKind);
export const queueKnown = trial({ ...queueKind, unknownRemovals: false });
export const queueLarger = trial({ ...queueKind, size: 'larger' });
export const queueLong = trial({ ...queueKind, size: 'long' });
export const queueFromInit = trial({ ...queueKind, init: ['a', 'b'] });

const stackKind = { method: stackFromBottom, model: stack, insert: 'push', remove: 'pop', take: newest };
export const stacked = trial(stackKind);
export const stackedKnown = trial({ ...stackKind, unknownRemovals: false });
export const stackedLarger = trial({ ...stackKind, size: 'larger' });
export const stackedLong = trial({ ...stackKind, size: 'long' });
export const stackedUnsure = trial({ ...stackKind, size: 'unsure' });
export const stackedFromInit = trial({ ...stackKind, init: ['a', 'b'] });

const priorityKind = {
  method: priorityQueueInTime,
  model: priorityQueue,
  insert: 'insert',
  remove: 'delete-min',
  take: smallest,
  // Distinct by their text, and not by their priority.
  element: (random: Random, ordinal: number): Json => [random.int(5), String(ordinal)],
};
export const priorities = trial(priorityKind);
export const prioritiesKnown = trial({ ...priorityKind, unknownRemovals: false });
export const prioritiesLarger = trial({ ...priorityKind, size: 'larger' });
export const prioritiesLong = trial({ ...priorityKind, size: 'long' });
export const prioritiesFromInit = trial({
  ...priorityKind,
  init: [
    [1, 'a'],
    [3, 'b'],
  ],
});
