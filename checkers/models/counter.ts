/**
 * A counter of integers, or many under different keys. It is 0 at first.
 *
 * | operation | invocation | completion |
 * |---|---|---|
 * | `add` (`increment`, `inc`, `incr`) | an integer; null is 1 | `ok` |
 * | `subtract` (`decrement`, `dec`, `decr`) | an integer; null is 1 | `ok` |
 * | `read` (`get`) | null | `ok`: the value |
 * | `add-and-get` (`increment-and-get`) | an integer; null is 1 | `ok`: the value after it |
 * | `get-and-add` (`get-and-increment`) | an integer; null is 1 | `ok`: the value before it |
 */

import { shown } from '../../src/history/json.ts';
import { explainCounter } from './counter-explanation.ts';
import { addedBy, seenBy } from './counter-operation.ts';
import { byKey, impossible, named, type Model } from './model.ts';
import { counterCalls } from './vocabulary.ts';

export const counter: Model<number> = counterFrom(0);

function counterFrom(init: number): Model<number> {
  return {
    name: 'counter',
    init,
    objection({ f, input }) {
      const call = counterCalls.of(f);
      if (call === undefined || call === 'read') return counterCalls.objection('a counter', f);
      return input === null || Number.isSafeInteger(input) ? null : `${f} takes an integer, not ${shown(input)}`;
    },
    matters: ({ f, outcome }) => outcome === 'ok' || (outcome === 'info' && counterCalls.known(f) !== 'read'),
    observes: (operation) => counterCalls.known(operation.f) === 'read' || addedBy(operation) === 0,
    step(state, operation) {
      const next = state + addedBy(operation);
      const seen = seenBy(operation);
      if (seen === null) return next;
      return (seen.when === 'before' ? state : next) === seen.value ? next : impossible;
    },
    partition: byKey,
    from: (json) => (typeof json === 'number' && Number.isSafeInteger(json) ? counterFrom(json) : 'an integer'),
    key: (state) => state,
    describe: String,
    describeOperation(operation) {
      const { f, key, input, output, outcome } = operation;
      const call = counterCalls.known(f);
      if (call === 'read') return `read ${named(key, shown(output))}`;
      const amount = shown(input ?? 1);
      const where = key === null ? '' : call === 'subtract' ? ` from ${key}` : ` to ${key}`;
      const change = `${call === 'subtract' ? 'subtracted' : 'added'} ${amount}${where}`;
      const seen = seenBy(operation);
      if (seen === null || outcome !== 'ok') return change;
      return `${change} and got ${shown(output)} ${seen.when === 'before' ? 'from before it' : 'from after it'}`;
    },
    explain: (failed, others) => explainCounter(init, failed, others),
  };
}
