/** Histories for tests, written down session by session. */

import { columnsOf } from '../../../src/history/columns-builder.ts';
import type { HistoryColumns } from '../../../src/history/columns.ts';
import type { History, Json, Operation, OperationType } from '../../../src/history/operation.ts';

export interface Step {
  readonly f: string;
  readonly key: string;
  readonly input: Json;
  readonly output: Json;
  /** `open`: never completed. */
  readonly type: Exclude<OperationType, 'invoke'> | 'open';
}

export const w = (key: string, value: Json, type: Step['type'] = 'ok'): Step => {
  return { f: 'write', key, input: value, output: value, type };
};

export const r = (key: string, value: Json, type: Step['type'] = 'ok'): Step => {
  return { f: 'read', key, input: null, output: value, type };
};

/** One list of steps for each process. Processes take turns; rows are therefore numbered turn by turn. */
export function sessions(...lists: readonly (readonly Step[])[]): History {
  const history: Operation[] = [];
  for (let turn = 0; lists.some((list) => turn < list.length); turn++) {
    lists.forEach((list, process) => {
      const step = list[turn];
      if (step === undefined) return;
      const { f, key, input, output, type } = step;
      const say = (kind: OperationType, value: Json): void => {
        history.push({ index: history.length, process, type: kind, f, key, value, time: history.length * 1e6 });
      };
      say('invoke', input);
      if (type !== 'open') say(type, output);
    });
  }
  return history;
}

export const columnsOfSessions = (...lists: readonly (readonly Step[])[]): HistoryColumns =>
  columnsOf(sessions(...lists));

/** Figure 2 of Bouajjani, Enea, Guerraoui, Hamza, POPL 2017. */
export const figure2 = {
  a: [
    [w('x', 1), r('x', 2)],
    [w('x', 2), r('x', 1)],
  ],
  b: [
    [w('z', 1), w('x', 1), w('y', 1)],
    [w('x', 2), r('z', null), r('y', 1), r('x', 2)],
  ],
  c: [[w('x', 1)], [w('x', 2), r('x', 1), r('x', 2)]],
  d: [
    [w('x', 1), r('y', null), w('y', 1), r('x', 1)],
    [w('x', 2), r('y', null), w('y', 2), r('x', 2)],
  ],
  e: [
    [w('x', 1), w('y', 1)],
    [r('y', 1), w('x', 2)],
    [r('x', 2), r('x', 1)],
  ],
} as const;
