/** Random histories of an append-only list. */

import { appendListPrefixes } from '../../../../checkers/linearizable/methods/append-list.ts';
import { appendList, type List } from '../../../../checkers/models/append-list.ts';
import { withInit } from '../../../../checkers/models/with-init.ts';
import type { History } from '../../../../src/history/operation.ts';
import type { Random } from '../../../../src/random.ts';
import { listStep } from '../../brute-force.ts';
import { randomListHistory, type Shape } from '../../random-history.ts';
import { disturbed } from './disturbed.ts';
import type { Trial } from './judge-method.ts';

const shapes: readonly (Omit<Shape, 'values'> & { readonly moves: number })[] = [
  { operations: 6, processes: 2, unknown: 0, lies: 0.3, moves: 0 },
  { operations: 7, processes: 3, unknown: 0, lies: 0, moves: 6 },
  { operations: 8, processes: 3, unknown: 0.1, lies: 0, moves: 4 },
  { operations: 8, processes: 4, unknown: 0.4, lies: 0.3, moves: 2 },
  { operations: 7, processes: 2, unknown: 0.2, lies: 0.1, moves: 6 },
];

function trial(values: number, init: readonly number[] = []): Trial<List> {
  const make = (random: Random, seed: number) => {
    const { moves, ...shape } = shapes[seed % shapes.length] as (typeof shapes)[number];
    return disturbed(random, withFirst(init, randomListHistory(random, { ...shape, values })), moves);
  };
  const model = init.length === 0 ? appendList : withInit(appendList, init);
  return {
    method: appendListPrefixes,
    model,
    step: (value, call) => listStep(value ?? init, call),
    make,
  };
}

/** `history` of a list that held `first` at first: all reads begin with it, but for some that show only its first element. */
function withFirst(first: readonly number[], history: History): History {
  return history.map((operation) => {
    if (first.length === 0 || operation.f !== 'read' || operation.type !== 'ok') return operation;
    const list = [...first, ...((operation.value ?? []) as number[])];
    return { ...operation, value: operation.index % 11 === 0 ? list.slice(0, 1) : list };
  });
}

/** No history has as many operations. */
export const distinctElements = trial(10);

/** One of the elements that the list holds at first is appended once more. */
export const fromInit = trial(10, [0, 101]);

/** Some elements are appended twice. */
export const repeatedElements = trial(3);
