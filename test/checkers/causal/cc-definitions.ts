/** CC and CCv by their definitions (Bouajjani, Enea, Guerraoui, Hamza, POPL 2017): orders are enumerated. */

import type { History } from '../../../src/history/operation.ts';
import { isCyclic, worlds, type Call, type World } from './cm-definitions.ts';

/** There is a causal order, and for each read an order of its causal past after which it returns what it returned. */
export function isCC(history: History): boolean {
  return some(worlds(history), ({ calls, co }) => {
    if (isCyclic(calls, co)) return false;
    return calls.every((reader) => {
      if (reader.read === undefined) return true;
      const past = calls.filter((call) => call.wrote !== undefined && co(call, reader));
      return some(orders(past, co), (order) => returns(reader, order));
    });
  });
}

/** There is a causal order and one order of all writes along it, after which every read returns what it returned. */
export function isCCv(history: History): boolean {
  return some(worlds(history), ({ calls, co }) => {
    if (isCyclic(calls, co)) return false;
    const writes = calls.filter(({ wrote }) => wrote !== undefined);
    return some(orders(writes, co), (order) =>
      calls.every((reader) => {
        const past = order.filter((call) => co(call, reader));
        return reader.read === undefined || returns(reader, past);
      }),
    );
  });
}

/** Whether `reader` returns the last value of its key in `order`. */
function returns(reader: Call, order: readonly Call[]): boolean {
  return (order.findLast(({ key }) => key === reader.key)?.wrote ?? null) === reader.read;
}

function* orders(calls: readonly Call[], before: World['co']): Generator<readonly Call[]> {
  if (calls.length === 0) yield [];
  for (const first of calls) {
    if (calls.some((other) => before(other, first))) continue;
    const others = calls.filter((call) => call !== first);
    for (const rest of orders(others, before)) yield [first, ...rest];
  }
}

function some<T>(all: Iterable<T>, holds: (one: T) => boolean): boolean {
  for (const one of all) if (holds(one)) return true;
  return false;
}
