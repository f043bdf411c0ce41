/**
 * Registers: reads, writes and compare-and-sets of many keys. Every written value is new, so that a read tells which
 * write it saw; a compare-and-set expects the value last seen of its key, so that about half of them succeed.
 */

import { stats } from '../../checkers/stats.ts';
import { linearizable } from '../../checkers/linearizable/linearizable.ts';
import { register as model } from '../../checkers/models/register.ts';
import type { Generator } from '../generator/generator.ts';
import type { Json } from '../history/operation.ts';
import { key, uniform } from '../random.ts';
import { finalReads } from './final-reads.ts';
import { keyOf, mixedKeys, useSlot, type KeyOptions } from './keys.ts';
import { keyClient } from './protocol-client.ts';
import { isReader } from './readers.ts';
import type { Workload, WorkloadOptions } from './workload.ts';

const ownKeys: KeyOptions = { active: 5, operations: 200 };
const ownReads = 0.5;

interface State {
  readonly ordinal: number;
  readonly used: readonly number[];
  /** The last value seen of the keys that were used last, newest first. */
  readonly seen: readonly { readonly key: string; readonly value: Json }[];
}

function operations(options: WorkloadOptions, state: State): Generator {
  const { seed, mix } = options;
  const keys = mixedKeys(ownKeys, mix);
  const reads = mix?.reads ?? ownReads;
  const draw = () => {
    const { ordinal, used, seen } = state;
    const { slot, name, fresh } = keyOf(seed, ordinal, used, keys);
    const choice = uniform(key(seed, 'register'), ordinal);
    const last = seen.find((of) => of.key === name)?.value;
    // The ordinal is the value: new with every operation, and it tells where in the run it was written.
    const what: { f: string; value: Json } =
      choice < reads && !fresh
        ? { f: 'read', value: null }
        : choice < (1 + reads) / 2 || last === undefined
          ? { f: 'write', value: ordinal }
          : { f: 'cas', value: [last, ordinal] };
    const rest = operations(options, { ordinal: ordinal + 1, used: useSlot(used, slot, keys.active), seen });
    return { name, what, rest };
  };
  /** What is asked for several times is drawn once. */
  let drawn: ReturnType<typeof draw> | null = null;
  const self: Generator = {
    next(context) {
      const thread = context.free.find((free) => free !== 'nemesis');
      if (thread === undefined) return { kind: 'pending', rest: self };
      const { name, what: drawnOperation, rest } = (drawn ??= draw());
      const what = isReader(options, thread) ? { f: 'read', value: null } : drawnOperation;
      return {
        kind: 'operation',
        operation: { type: 'invoke', process: context.processOf(thread), time: context.time, key: name, ...what },
        rest,
      };
    },
    update(_context, event) {
      if (event.type !== 'ok' || event.key === undefined || event.process === 'nemesis') return self;
      const value = event.f === 'cas' && Array.isArray(event.value) ? (event.value as Json[])[1] : event.value;
      if (value === undefined || value === null) return self;
      const others = state.seen.filter((of) => of.key !== event.key).slice(0, 2 * keys.active);
      return operations(options, { ...state, seen: [{ key: event.key, value }, ...others] });
    },
  };
  return self;
}

export const register: Workload = {
  name: 'register',
  description: 'reads, writes and compare-and-sets of many registers; linearizable by key',
  generator: (options) => operations(options, { ordinal: 1, used: [], seen: [] }),
  finalGenerator: (_options, used) => finalReads(used),
  open: keyClient,
  checkers: (budgetMs) => [linearizable(model, { budgetMs }), stats()],
};
