/** Session guarantees by their definitions: every order of the versions of each key is tried. */

import type { History } from '../../../src/history/operation.ts';
import { isCyclic, worlds, type Call, type World } from './cm-definitions.ts';

export type Guarantee = 'RYW' | 'MR' | 'MW' | 'WFR';

/** Whether a path of the guarantee leads from `write` to `read`. */
function mustBeKnown({ calls, from, po }: World, guarantee: Guarantee, write: Call, read: Call): boolean {
  const rf = (a: Call, b: Call): boolean => from.get(b) === a;
  const any = (holds: (call: Call) => boolean): boolean => calls.some(holds);
  const rfpo = (a: Call): boolean => any((via) => rf(a, via) && po(via, read));
  switch (guarantee) {
    case 'RYW':
      return po(write, read);
    case 'MR':
      return rfpo(write);
    case 'MW':
      return any((later) => po(write, later) && rfpo(later));
    case 'WFR':
      return any((reader) => rf(write, reader) && any((later) => po(reader, later) && rfpo(later)));
  }
}

/** `[w2, w1, r]`: r returned w1 (null: the initial value) though a path leads to it from w2, of the same key. */
function* missed(world: World, guarantee: Guarantee): Generator<readonly [Call, Call | null, Call]> {
  for (const [read, w1] of world.from) {
    for (const w2 of world.calls) {
      if (w2 === w1 || w2.wrote === undefined || w2.key !== read.key) continue;
      if (mustBeKnown(world, guarantee, w2, read)) yield [w2, w1, read];
    }
  }
}

function* orders<T>(items: readonly T[]): Generator<readonly T[]> {
  if (items.length === 0) yield [];
  for (const item of items) {
    for (const rest of orders(items.filter((other) => other !== item))) yield [item, ...rest];
  }
}

/** There is an order of the versions of each key in which no read is older than what it must know. */
export function isStrictly(guarantee: Guarantee, history: History): boolean {
  for (const world of worlds(history, 'orphans')) {
    const pairs = Array.from(missed(world, guarantee), ([w2, w1]) => [w2, w1] as const);
    if (pairs.some(([, w1]) => w1 === null)) continue;
    const keys = new Set(world.calls.map(({ key }) => key));
    const isOrdered = [...keys].every((key) => {
      const writes = world.calls.filter((call) => call.wrote !== undefined && call.key === key);
      for (const order of orders(writes)) {
        const place = (call: Call | null): number => (call === null ? -1 : order.indexOf(call));
        const isRight = pairs.every(([w2, w1]) => w2.key !== key || place(w2) < place(w1));
        const inSessions = writes.every((a) => writes.every((b) => !world.po(a, b) || place(a) < place(b)));
        if (isRight && (guarantee !== 'MW' || inSessions)) return true;
      }
      return false;
    });
    if (isOrdered) return true;
  }
  return false;
}

/** No read returned what was causally overwritten by a write that it must know. Null where causal order has a cycle. */
export function isGraded(guarantee: Guarantee, history: History): boolean | null {
  let cyclic = false;
  for (const world of worlds(history, 'orphans')) {
    if (isCyclic(world.calls, world.co)) cyclic = true;
    else if (Array.from(missed(world, guarantee)).every(([w2, w1]) => w1 !== null && !world.co(w1, w2))) return true;
  }
  return cyclic ? null : false;
}
