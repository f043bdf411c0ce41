/** Small random histories of plain objects, and the definition of linearizability applied to them. */

import type { History, Json, Operation } from '../../../src/history/operation.ts';
import type { Random } from '../../../src/random.ts';
import { isLinearizable, type Step } from '../brute-force.ts';
import { text, type Plain, type Result } from './plain.ts';

export interface Shape {
  readonly operations: number;
  readonly processes: number;
  /** The share of operations of unknown outcome. */
  readonly unknown: number;
  /** The share of answers that may be wrong. */
  readonly lies: number;
}

export const shapes: readonly Shape[] = [
  { operations: 5, processes: 2, unknown: 0, lies: 0.4 },
  { operations: 6, processes: 3, unknown: 0.15, lies: 0.4 },
  { operations: 6, processes: 3, unknown: 0.4, lies: 0.5 },
  { operations: 7, processes: 3, unknown: 0.2, lies: 0.3 },
];

/** What a real object would have done at a random instant of each operation; most of them lie somewhere. */
export function randomCalls(plain: Plain, random: Random, shape: Shape): History {
  const history: Operation[] = [];
  const open = new Map<number, { f: string; input: Json; done: Result | null }>();
  const processes = Array.from({ length: shape.processes }, (_, process) => process);
  const isHonest = random.next() < 0.2;
  let state = plain.init;
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
      const { f, input } = plain.call(random);
      open.set(process, { f, input, done: null });
      record(process, 'invoke', f, input);
      continue;
    }
    const { f, input, done } = current;
    if (done === null) {
      const result = random.pick(plain.results(state, { f, input, process }));
      const isUnknown = random.next() < shape.unknown;
      // Of unknown outcome: it may take effect all the same, at once; the line comes at some time, or never.
      if (!isUnknown || random.next() < 0.6) ({ state } = result);
      if (!isUnknown) {
        current.done = result;
        continue;
      }
      if (random.next() < 0.8) record(process, 'info', f, input, 'timeout');
      open.delete(process);
      processes[thread] = process + shape.processes;
      continue;
    }
    open.delete(process);
    const lies = !isHonest && random.next() < shape.lies;
    const { outcome, output } = done;
    if (outcome === 'refused' && !lies) record(process, 'fail', f, input, 'refused');
    else if (outcome === 'mismatch') {
      if (lies) record(process, 'ok', f, input);
      else record(process, 'fail', f, input, random.pick(['mismatch', undefined]));
    } else if (output !== undefined) record(process, 'ok', f, lies ? plain.lie(random, f, output) : output);
    else if (lies && f === 'cas') record(process, 'fail', f, input, 'mismatch');
    else record(process, 'ok', f, input);
  }
  return history;
}

/** The object as brute force asks it: its states are all those that are possible after the same calls. */
export function stepOf(plain: Plain): Step {
  const normal = plain.normal ?? ((output: Json) => output);
  return (value, { invocation, completion }) => {
    const states = (value ?? [plain.init]) as readonly Json[];
    const call = { f: invocation.f, input: invocation.value, process: Number(invocation.process) };
    const type = completion?.type ?? 'info';
    const seen = completion?.type === 'ok' ? completion.value : undefined;
    const next = new Map<string, Json>();
    for (const state of states) {
      for (const result of plain.results(state, call, seen)) {
        if (type === 'ok' && result.outcome !== undefined) continue;
        if (type === 'fail' && result.outcome !== 'mismatch') continue;
        if (seen !== undefined && result.output !== undefined && text(normal(seen)) !== text(normal(result.output))) {
          continue;
        }
        next.set(text(result.state), result.state);
      }
    }
    return next.size === 0 ? undefined : [...next.values()];
  };
}

export const isPossible = (plain: Plain, history: History): boolean => isLinearizable(stepOf(plain), history);
