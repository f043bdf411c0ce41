/** Random histories of a register, and of a key of a key-value store to which nothing is appended. */

import { kvRegisters } from '../../../../checkers/linearizable/methods/kv-registers.ts';
import { registerZones } from '../../../../checkers/linearizable/methods/register-zones.ts';
import { kv } from '../../../../checkers/models/kv.ts';
import { register } from '../../../../checkers/models/register.ts';
import { withInit } from '../../../../checkers/models/with-init.ts';
import type { Json } from '../../../../src/history/operation.ts';
import type { Random } from '../../../../src/random.ts';
import { registerStep, type Step } from '../../brute-force.ts';
import { randomHistory, registerEffect, type Effect, type Shape } from '../../random-history.ts';
import { disturbed } from './disturbed.ts';
import type { Trial } from './judge-method.ts';

export interface Kind {
  /** What is called, each as often as it is here. */
  readonly calls: readonly ('read' | 'write' | 'cas' | 'rewrite' | 'confirm' | 'delete')[];
  /** How far back the values are that a cas expects: few values make more of them succeed. */
  readonly recent: number;
  readonly init: Json;
}

type Shaped = Omit<Shape, 'values'> & { readonly moves: number };

const shapes: readonly Shaped[] = [
  { operations: 6, processes: 2, unknown: 0, lies: 0.2, moves: 0 },
  { operations: 8, processes: 3, unknown: 0, lies: 0, moves: 10 },
  { operations: 7, processes: 3, unknown: 0.15, lies: 0.1, moves: 4 },
  { operations: 8, processes: 4, unknown: 0, lies: 0.15, moves: 6 },
  { operations: 7, processes: 4, unknown: 0.4, lies: 0.2, moves: 4 },
  { operations: 8, processes: 2, unknown: 0.2, lies: 0, moves: 10 },
];

/** Every write and cas writes the next number, but `rewrite` writes one that was written before. */
export function makerOf({ calls, recent, init }: Kind, sizes: readonly Shaped[] = shapes) {
  return (random: Random, seed: number) => {
    const { moves, ...shape } = sizes[seed % sizes.length] as Shaped;
    let written = 0;
    const old = (): Json => {
      const value = written - 1 - random.int(recent);
      return value < 0 ? init : value;
    };
    const call = () => {
      const f = random.pick(calls);
      switch (f) {
        case 'read':
        case 'delete':
          return { f, input: null };
        case 'write':
          return { f, input: written++ };
        case 'cas':
          return { f, input: [old(), written++] };
        case 'confirm': {
          const value = old();
          return { f: 'cas', input: [value, value] };
        }
        case 'rewrite':
          return { f: 'write', input: old() };
      }
    };
    const lie = (f: string): Json => (f === 'read' ? old() : null);
    return disturbed(random, randomHistory(random, { ...shape, values: 0 }, call, effectFrom(init), lie), moves);
  };
}

/** From `init`, which no operation of the history writes: null stands for it. */
const effectFrom =
  (init: Json): Effect =>
  (state, f, input) =>
    f === 'delete' ? { state: null, output: null, failed: false } : registerEffect(state ?? init, f, input);

const stepFrom =
  (init: Json): Step =>
  (state, call) =>
    call.invocation.f === 'delete' ? null : registerStep(state ?? init, call);

export const registerTrial = (kind: Kind, sizes?: readonly Shaped[]): Trial<Json> => ({
  method: registerZones,
  model: kind.init === null ? register : withInit(register, kind.init),
  step: stepFrom(kind.init),
  make: makerOf(kind, sizes),
});

export const kvTrial = (kind: Kind, sizes?: readonly Shaped[]): Trial<Json> => ({
  ...registerTrial(kind, sizes),
  method: kvRegisters,
  model: kv,
});

/** Every value is written once. */
export const distinct = {
  'reads and writes': registerTrial({ calls: ['read', 'read', 'write'], recent: 3, init: null }),
  'chains of cas': registerTrial({ calls: ['read', 'write', 'cas', 'cas', 'confirm'], recent: 1, init: null }),
  'failing cas': registerTrial({ calls: ['read', 'write', 'cas', 'cas', 'cas'], recent: 3, init: null }),
  'from an initial value': registerTrial({ calls: ['read', 'write', 'cas'], recent: 2, init: { a: 1, b: [2] } }),
} as const;

/** Values come up again. */
export const repeated = registerTrial({ calls: ['read', 'read', 'write', 'rewrite', 'cas'], recent: 3, init: null });

export const kvTrials = {
  'distinct values': kvTrial({ calls: ['read', 'write', 'cas'], recent: 2, init: null }),
  deletes: kvTrial({ calls: ['read', 'read', 'write', 'delete'], recent: 2, init: null }),
  'deletes and cas': kvTrial({ calls: ['read', 'read', 'write', 'cas', 'delete'], recent: 2, init: null }),
} as const;

const longer: readonly Shaped[] = [
  { operations: 60, processes: 3, unknown: 0, lies: 0.01, moves: 0 },
  { operations: 80, processes: 6, unknown: 0, lies: 0, moves: 3 },
  { operations: 100, processes: 4, unknown: 0.05, lies: 0.01, moves: 1 },
  { operations: 150, processes: 8, unknown: 0.02, lies: 0.005, moves: 1 },
  { operations: 300, processes: 3, unknown: 0.01, lies: 0, moves: 0 },
];

/** Many operations that don't say which write they saw. */
export const longerTrials = {
  'failing cas': registerTrial({ calls: ['read', 'write', 'cas', 'cas'], recent: 3, init: null }, longer),
  'failing cas on the latest': registerTrial({ calls: ['read', 'write', 'cas'], recent: 1, init: null }, longer),
  'repeated values': registerTrial(
    { calls: ['read', 'read', 'write', 'write', 'rewrite', 'cas', 'confirm'], recent: 3, init: null },
    longer,
  ),
  'deletes and cas': kvTrial({ calls: ['read', 'read', 'write', 'cas', 'delete'], recent: 2, init: null }, longer),
} as const;
