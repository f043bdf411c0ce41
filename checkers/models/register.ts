/**
 * A register, or many under different keys: read, write and compare-and-set. It is absent (null) before the first write.
 *
 * | operation | invocation | completion |
 * |---|---|---|
 * | `read` (`get`) | null | `ok`: the value |
 * | `write` (`put`, `set`) | the value | `ok` |
 * | `cas` (`compare-and-set`) | `[from, to]` | `ok`: it was `from`; `fail`: it was another |
 *
 * Knossos' `register` and `cas-register` are this one with and without `cas`.
 */

import type { Json } from '../../src/history/operation.ts';
import { canonical, equal, shown } from '../../src/history/json.ts';
import { afterCas, casObjection, casObserves, casOf, describeCas } from './cas.ts';
import { byKey, impossible, named, type Model, type ModelOperation, type TimedOperation } from './model.ts';
import { explainValue, shownByCas, shownByRead, type Shown } from './register-explanation.ts';
import { registerCalls } from './vocabulary.ts';

export const register: Model<Json> = {
  name: 'register',
  init: null,
  objection: ({ f, input }) =>
    registerCalls.objection('a register', f) ?? (registerCalls.of(f) === 'cas' ? casObjection(input) : null),
  matters({ f, outcome }) {
    const call = registerCalls.known(f);
    return outcome === 'ok' || (outcome === 'info' ? call !== 'read' : call === 'cas');
  },
  observes(operation) {
    const call = registerCalls.known(operation.f);
    return call === 'cas' ? casObserves(operation) : call === 'read';
  },
  step(state, operation) {
    const { f, input, output, outcome } = operation;
    switch (registerCalls.known(f)) {
      case 'read':
        return outcome === 'info' || equal(state, output) ? state : impossible;
      case 'write':
        return equal(state, input) ? state : input;
      case 'cas':
        return afterCas(state, operation);
    }
  },
  neededAmong: observedAmong,
  partition: byKey,
  family: 'register',
  from: (init) => ({ ...register, init, explain: explainFrom(init) }),
  key: canonical,
  describe: shown,
  describeOperation(operation) {
    const { f, key, input, output } = operation;
    switch (registerCalls.known(f)) {
      case 'read':
        return `read ${named(key, shown(output))}`;
      case 'write':
        return `wrote ${named(key, shown(input))}`;
      case 'cas':
        return describeCas(operation);
    }
  },
  explain: explainFrom(null),
};

function explainFrom(init: Json): NonNullable<Model<Json>['explain']> {
  const isRead = ({ f }: TimedOperation): boolean => registerCalls.known(f) === 'read';
  return (failed, others) => explainValue({ init, show, isRead }, failed, others);
}

function show(operation: TimedOperation): Shown {
  switch (registerCalls.known(operation.f)) {
    case 'read':
      return shownByRead(operation);
    case 'write':
      return { after: operation.input };
    case 'cas':
      return shownByCas(operation);
  }
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
    const call = registerCalls.known(operation.f);
    if (call === 'read') observed.add(canonical(operation.output));
    else if (call === 'cas') observed.add(canonical(casOf(operation)[0]));
  }
  return (pending) => {
    const isCas = registerCalls.known(pending.f) === 'cas';
    return observed.has(canonical(isCas ? casOf(pending)[1] : pending.input));
  };
}
