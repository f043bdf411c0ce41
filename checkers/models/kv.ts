/**
 * A key-value store, every key for itself. A key that was never put, or was deleted, is absent (null).
 *
 * | operation | invocation | completion |
 * |---|---|---|
 * | `get` (`read`) | null | `ok`: the value |
 * | `put` (`write`, `set`) | the value; null deletes | `ok` |
 * | `append` | a string | `ok`. To an absent key it is a `put`; the value must be a string |
 * | `cas` (`compare-and-set`) | `[from, to]` | `ok`: it was `from`; `fail`: it was another |
 * | `delete` (`remove`) | null | `ok`, whether the key was there or not |
 *
 * Absent and `""` are different. Stores that answer `""` for a key that was never put, as in Porcupine's histories of a
 * key-value store, are checked with the initial value `""` (`withInit`, `--init '""'`).
 */

import type { Json } from '../../src/history/operation.ts';
import { canonical, equal, shown } from '../../src/history/json.ts';
import { afterCas, casObjection, casObserves, describeCas } from './cas.ts';
import { explainKeyValue } from './kv-explanation.ts';
import { observedInKeyValue } from './kv-needed.ts';
import { keyAmongKeyValue, keyOfText } from './kv-observed.ts';
import { byKey, impossible, named, type Model } from './model.ts';
import { kvCalls } from './vocabulary.ts';

export const kv: Model<Json> = {
  name: 'kv',
  init: null,
  objection({ f, input }) {
    const call = kvCalls.of(f);
    if (call === 'cas') return casObjection(input);
    if (call === 'append' && typeof input !== 'string') return `an append takes a string, not ${shown(input)}`;
    return kvCalls.objection('a key-value store', f);
  },
  matters({ f, outcome }) {
    const call = kvCalls.known(f);
    return outcome === 'ok' || (outcome === 'info' ? call !== 'get' : call === 'cas');
  },
  observes(operation) {
    const call = kvCalls.known(operation.f);
    return call === 'cas' ? casObserves(operation) : call === 'get';
  },
  step(state, operation) {
    const { f, input, output, outcome } = operation;
    switch (kvCalls.known(f)) {
      case 'get':
        return outcome === 'info' || equal(state, output) ? state : impossible;
      case 'put':
        return equal(state, input) ? state : input;
      case 'append':
        return typeof input === 'string' && (state === null || typeof state === 'string')
          ? (state ?? '') + input
          : impossible;
      case 'cas':
        return afterCas(state, operation);
      case 'delete':
        return null;
    }
  },
  neededAmong: observedInKeyValue,
  partition: byKey,
  family: 'kv',
  from: kvFrom,
  key: keyOf,
  keyAmong: keyAmongKeyValue,
  describe: shown,
  describeOperation(operation) {
    const { f, key, input, output } = operation;
    switch (kvCalls.known(f)) {
      case 'get':
        return `read ${named(key, shown(output))}`;
      case 'put':
        return `wrote ${named(key, shown(input))}`;
      case 'append':
        return `appended ${shown(input)}${key === null ? '' : ` to ${key}`}`;
      case 'cas':
        return describeCas(operation);
      case 'delete':
        return `deleted ${key ?? 'the value'}`;
    }
  },
  explain: (failed, others) => explainKeyValue(null, failed, others),
};

function kvFrom(init: Json): Model<Json> {
  const from: Model<Json> = { ...kv, init, explain: (failed, others) => explainKeyValue(init, failed, others) };
  // Nothing can be appended to other values, so that even a put which nobody saw may be what made an append possible.
  return init === null || typeof init === 'string' ? from : { ...from, neededAmong: () => () => true };
}

function keyOf(state: Json): string {
  return typeof state === 'string' ? keyOfText(state) : `\0${canonical(state)}`;
}
