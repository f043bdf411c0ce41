/**
 * Small random histories of one key: what a real object would have answered at a random instant of each operation, and
 * then, often, something else. About as many come out linearizable as not.
 */

import type { History, Json, Operation } from '../../src/history/operation.ts';
import type { Random } from '../../src/random.ts';

export interface Shape {
  readonly operations: number;
  readonly processes: number;
  /** Values are 0, 1, …, and few, so that they come up again. */
  readonly values: number;
  /** The share of operations of unknown outcome. */
  readonly unknown: number;
  /** The share of answers that are made up. */
  readonly lies: number;
}

interface Open {
  readonly f: string;
  readonly input: Json;
  /** What the object answered, once the operation took effect. */
  answer: { readonly output: Json; readonly failed: boolean } | null;
}

export type Effect = (state: Json, f: string, input: Json) => { state: Json; output: Json; failed: boolean };

export const registerEffect: Effect = (state, f, input) => {
  if (f === 'read') return { state, output: state, failed: false };
  if (f === 'write') return { state: input, output: input, failed: false };
  const [from = null, to = null] = input as Json[];
  return from === state ? { state: to, output: input, failed: false } : { state, output: input, failed: true };
};

export const listEffect: Effect = (state, f, input) => {
  const list = (state ?? []) as Json[];
  return f === 'read'
    ? { state, output: list, failed: false }
    : { state: [...list, input], output: input, failed: false };
};

export function randomRegisterHistory(random: Random, shape: Shape): History {
  const value = (): Json => random.int(shape.values);
  const call = (): { f: string; input: Json } => {
    const f = random.pick(['read', 'read', 'write', 'cas']);
    return { f, input: f === 'read' ? null : f === 'write' ? value() : [value(), value()] };
  };
  const lie = (f: string): Json => (f === 'read' ? random.pick([null, value()]) : null);
  return randomHistory(random, shape, call, registerEffect, lie);
}

export function randomListHistory(random: Random, shape: Shape): History {
  let appended = 0;
  const call = (): { f: string; input: Json } => {
    const f = random.pick(['read', 'append']);
    return { f, input: f === 'read' ? null : appended++ % shape.values };
  };
  const lie = (_f: string, output: Json): Json => {
    const list = [...((output ?? []) as Json[])];
    const at = random.int(list.length + 1);
    return random.pick<Json>([
      list.toSpliced(at, 1),
      list.toSpliced(at, 0, random.int(shape.values)),
      list.toReversed(),
    ]);
  };
  return randomHistory(random, shape, call, listEffect, lie);
}

export function randomHistory(
  random: Random,
  shape: Shape,
  call: () => { f: string; input: Json },
  effect: Effect,
  lie: (f: string, output: Json) => Json,
): History {
  const history: Operation[] = [];
  const open = new Map<number, Open>();
  const processes = Array.from({ length: shape.processes }, (_, process) => process);
  let state: Json = null;
  let begun = 0;
  const record = (process: number, type: Operation['type'], f: string, value: Json, error?: string): void => {
    const index = history.length;
    history.push({ index, process, type, f, key: 'x', value, time: index, ...(error === undefined ? {} : { error }) });
  };
  while (begun < shape.operations || open.size > 0) {
    const thread = random.int(shape.processes);
    const process = processes[thread] ?? 0;
    const current = open.get(process);
    if (current === undefined) {
      if (begun++ >= shape.operations) continue;
      const { f, input } = call();
      open.set(process, { f, input, answer: null });
      record(process, 'invoke', f, input);
      continue;
    }
    const { f, input, answer } = current;
    if (answer === null && random.next() < shape.unknown) {
      // It may take effect all the same, at once; the line comes at some time, or never.
      if (random.next() < 0.5) ({ state } = effect(state, f, input));
      if (random.next() < 0.8) record(process, 'info', f, input, 'timeout');
      open.delete(process);
      processes[thread] = process + shape.processes;
    } else if (answer === null) {
      const done = effect(state, f, input);
      ({ state } = done);
      current.answer = done;
    } else {
      const lies = random.next() < shape.lies;
      open.delete(process);
      if (f === 'cas') {
        if (answer.failed === lies) record(process, 'ok', f, input);
        else record(process, 'fail', f, input, random.pick(['mismatch', undefined]));
      } else if (f !== 'read' && lies) record(process, 'fail', f, input, 'refused');
      else record(process, 'ok', f, f === 'read' && lies ? lie(f, answer.output) : answer.output);
    }
  }
  return history;
}
