/** After healing, every key is read once: what was acknowledged must be there. */

import type { Generator } from '../generator/generator.ts';

export function finalReads(keys: readonly string[]): Generator {
  const from = (position: number): Generator => {
    const self: Generator = {
      next(context) {
        const name = keys[position];
        if (name === undefined) return { kind: 'done' };
        const thread = context.free.find((free) => free !== 'nemesis');
        if (thread === undefined) return { kind: 'pending', rest: self };
        const process = context.processOf(thread);
        return {
          kind: 'operation',
          operation: { type: 'invoke', process, time: context.time, f: 'read', key: name, value: null },
          rest: from(position + 1),
        };
      },
      update: () => self,
    };
    return self;
  };
  return from(0);
}
