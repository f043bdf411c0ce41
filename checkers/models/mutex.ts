/**
 * A lock that one at a time can hold, or many under different keys. It is free at first. It does not know its owner:
 * whoever releases it, it is free (Knossos' `mutex`).
 *
 * | operation | invocation | completion |
 * |---|---|---|
 * | `acquire` (`lock`) | null | `ok`; `ok` with false: it was held by somebody |
 * | `release` (`unlock`) | null | `ok`: it had been held |
 *
 * An acquire that failed tells nothing: clients give up for other reasons, too.
 */

import { explainMutex } from './mutex-explanation.ts';
import { describeLockOperation, foundHeld } from './lock-operation.ts';
import { byKey, impossible, type Model } from './model.ts';
import { lockCalls } from './vocabulary.ts';

type Mutex = 'free' | 'held';

export const mutex: Model<Mutex> = {
  name: 'mutex',
  init: 'free',
  objection: ({ f }) => lockCalls.objection('a mutex', f),
  observes: foundHeld,
  step(state, operation) {
    if (lockCalls.known(operation.f) === 'release') return state === 'held' ? 'free' : impossible;
    if (foundHeld(operation)) return state === 'held' ? state : impossible;
    return state === 'free' ? 'held' : impossible;
  },
  partition: byKey,
  from: (init) => (init === 'free' || init === 'held' ? { ...mutex, init, explain: () => null } : '"free" or "held"'),
  key: (state) => state,
  describe: (state) => state,
  describeOperation: describeLockOperation,
  explain: explainMutex,
};
