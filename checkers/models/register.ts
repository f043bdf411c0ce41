/** A register, or many under different keys: read, write and compare-and-set. It is absent (null) before the first write. */

import type { Json } from '../../src/history/operation.ts';
import { canonical, equal, isList, shown } from '../../src/history/json.ts';
import { byKey, impossible, named, type Model, type ModelOperation } from './model.ts';
import { explainRegister } from './register-explanation.ts';

export const register: Model<Json> = {
  name: 'register',
  init: null,
  objection({ f, input }) {
    if (f === 'read' || f === 'write') return null;
    if (f !== 'cas') return `a register knows read, write and cas, not "${f}"`;
    return isList(input) && input.length === 2 ? null : `a cas takes [from, to], not ${shown(input)}`;
  },
  matters: ({ f, outcome }) => outcome === 'ok' || (outcome === 'info' ? f !== 'read' : f === 'cas'),
  observes(operation) {
    if (operation.f !== 'cas') return operation.f === 'read';
    const [from, to] = casOf(operation);
    return operation.outcome === 'fail' || equal(from, to);
  },
  step(state, operation) {
    if (operation.f === 'read') return equal(state, operation.output) ? state : impossible;
    if (operation.f === 'write') return equal(state, operation.input) ? state : operation.input;
    const [from, to] = casOf(operation);
    const matches = equal(state, from);
    if (operation.outcome === 'fail') return matches ? impossible : state;
    if (!matches) return impossible;
    return equal(state, to) ? state : to;
  },
  neededAmong: observedAmong,
  partition: byKey,
  family: 'register',
  key: canonical,
  describe: shown,
  describeOperation(operation) {
    const { f, key, input, output, outcome } = operation;
    if (f === 'read') return `read ${named(key, shown(output))}`;
    if (f === 'write') return `wrote ${named(key, shown(input))}`;
    const [from, to] = casOf(operation);
    const swap = `${key === null ? '' : `${key} `}from ${shown(from)} to ${shown(to)}`;
    return outcome === 'fail' ? `failed to change ${swap}` : `changed ${swap}`;
  },
  explain: explainRegister,
};

/** The values that a compare-and-set expects and writes. */
export function casOf({ input }: ModelOperation): readonly [from: Json, to: Json] {
  if (!isList(input)) throw new TypeError(`a cas takes [from, to], not ${shown(input)}`);
  const [from = null, to = null] = input;
  return [from, to];
}

/**
 * A write of unknown outcome whose value nobody saw need not be tried. Take it out of an order: up to the next change of
 * the value, nothing in that order can have depended on what it wrote, since no read returned that value and no
 * compare-and-set expected it; so these are all still possible, and from that change on the states are the same. The
 * exception is a failed compare-and-set, which is possible exactly because the value was another: where there is one,
 * every write is needed.
 */
function observedAmong(operations: readonly ModelOperation[]): (pending: ModelOperation) => boolean {
  if (operations.some(({ outcome }) => outcome === 'fail')) return () => true;
  const observed = new Set<string>();
  for (const operation of operations) {
    if (operation.f === 'read') observed.add(canonical(operation.output));
    else if (operation.f === 'cas') observed.add(canonical(casOf(operation)[0]));
  }
  return (pending) => observed.has(canonical(pending.f === 'cas' ? casOf(pending)[1] : pending.input));
}
