/** What queues, sets, counters and stores do, written down a second time, and random histories of them. */

import type { History, Json } from '../../../src/history/operation.ts';
import type { Random } from '../../../src/random.ts';
import type { Step } from '../brute-force.ts';
import { randomHistory, type Effect, type Shape } from '../random-history.ts';

const list = (state: Json): readonly Json[] => (state ?? []) as readonly Json[];
const same = (a: Json, b: Json): boolean => JSON.stringify(a) === JSON.stringify(b);

/** A random history in which what `observes` may come out as another answer, as `randomHistory` does it with reads. */
function lyingHistory(
  random: Random,
  shape: Shape,
  observes: readonly string[],
  call: () => { f: string; input: Json },
  effect: Effect,
  lie: (f: string, output: Json) => Json,
): History {
  const history = randomHistory(
    random,
    shape,
    () => {
      const { f, input } = call();
      return observes.includes(f) ? { f: 'read', input: [f, input] } : { f, input };
    },
    (state, f, input) => {
      if (f !== 'read') return effect(state, f, input);
      const [name, value = null] = input as Json[];
      return effect(state, name as string, value);
    },
    (_f, output) => ({ lie: output }),
  );
  const open = new Map<unknown, readonly Json[]>();
  return history.map((line) => {
    const { process, type, f, value } = line;
    if (f !== 'read') return line;
    if (type === 'invoke') open.set(process, value as Json[]);
    const [name, input] = open.get(process) as readonly [string, Json];
    if (type !== 'ok') return { ...line, f: name, value: input };
    const isLie = typeof value === 'object' && value !== null && 'lie' in value;
    return { ...line, f: name, value: isLie ? lie(name, (value as { lie: Json }).lie) : value };
  });
}

/** A step for an object of which `effect` says what it does and answers. Answers to changes tell nothing if `isMute`. */
const stepOf =
  (effect: Effect, isMute: (f: string) => boolean): Step =>
  (value, { invocation: { f, value: input }, completion }) => {
    const { state, output } = effect(value, f, input);
    return completion?.type !== 'ok' || isMute(f) || same(output, completion.value) ? state : undefined;
  };

const queueEffect: Effect = (state, f, input) => {
  if (f === 'enqueue') return { state: [...list(state), input], output: input, failed: false };
  const [oldest = null, ...rest] = list(state);
  return { state: rest, output: oldest, failed: false };
};

export const queueStep = stepOf(queueEffect, (f) => f === 'enqueue');

export function randomQueueHistory(random: Random, shape: Shape): History {
  let next = 0;
  const call = (): { f: string; input: Json } => {
    const f = random.pick(['enqueue', 'dequeue']);
    return { f, input: f === 'enqueue' ? next++ % (2 * shape.values) : null };
  };
  return lyingHistory(random, shape, ['dequeue'], call, queueEffect, () => random.pick([null, random.int(next + 1)]));
}

const setEffect: Effect = (state, f, input) => {
  const elements = list(state);
  const done = (after: readonly Json[], output: Json) => ({ state: after, output, failed: false });
  if (f === 'contains') return done(elements, elements.includes(input));
  if (f === 'read') return done(elements, elements);
  const others = elements.filter((element) => element !== input);
  return done(f === 'add' ? [...others, input].sort() : others, input);
};

export const setStep = stepOf(setEffect, (f) => f === 'add' || f === 'remove');

export function randomSetHistory(random: Random, shape: Shape): History {
  const call = (): { f: string; input: Json } => {
    const f = random.pick(['add', 'add', 'remove', 'contains', 'read']);
    return { f, input: f === 'read' ? null : random.int(shape.values) };
  };
  const lie = (f: string, output: Json): Json => {
    if (f === 'contains') return output !== true;
    const all = Array.from({ length: shape.values }, (_, i) => i);
    return all.filter(() => random.next() < 0.5);
  };
  return lyingHistory(random, shape, ['contains', 'read'], call, setEffect, lie);
}

const counterEffect: Effect = (state, f, input) => {
  const value = (state ?? 0) as number;
  const after = f === 'add' ? value + (input as number) : value;
  return { state: after, output: f === 'add' ? input : after, failed: false };
};

export const counterStep = stepOf(counterEffect, (f) => f === 'add');

export function randomCounterHistory(random: Random, shape: Shape): History {
  const call = (): { f: string; input: Json } => {
    const f = random.pick(['add', 'read']);
    return { f, input: f === 'read' ? null : random.int(2 * shape.values) - shape.values };
  };
  return lyingHistory(random, shape, ['read'], call, counterEffect, () => random.int(2 * shape.values) - shape.values);
}

const storeEffect: Effect = (state, f, input) => {
  const done = (after: Json, output: Json) => ({ state: after, output, failed: false });
  if (f === 'get') return done(state, state);
  if (f === 'append') return done(`${(state ?? '') as string}${input as string}`, input);
  return done(f === 'put' ? input : null, input);
};

export const storeStep = stepOf(storeEffect, (f) => f !== 'get');

export function randomStoreHistory(random: Random, shape: Shape): History {
  const text = (): string => String(random.int(shape.values));
  const call = (): { f: string; input: Json } => {
    const f = random.pick(['get', 'get', 'put', 'append', 'append', 'delete']);
    return { f, input: f === 'get' || f === 'delete' ? null : text() };
  };
  return lyingHistory(random, shape, ['get'], call, storeEffect, () =>
    random.pick([null, text(), `${text()}${text()}`]),
  );
}
