/**
 * Lists: appends of new elements and reads of the whole list, over many keys. A list shows its whole past, so that a
 * lost, doubled or reordered element is seen by the next read.
 */

import { append as appendChecker } from '../../checkers/append.ts';
import { linearizable } from '../../checkers/linearizable/linearizable.ts';
import { appendList as model } from '../../checkers/models/append-list.ts';
import { stats } from '../../checkers/stats.ts';
import type { Generator } from '../generator/generator.ts';
import { key, uniform } from '../random.ts';
import { finalReads } from './final-reads.ts';
import { keyOf, mixedKeys, useSlot, type KeyOptions } from './keys.ts';
import { keyClient } from './protocol-client.ts';
import { isReader } from './readers.ts';
import type { Workload, WorkloadOptions } from './workload.ts';

const ownKeys: KeyOptions = { active: 5, operations: 120 };
const ownReads = 0.4;

function operations(options: WorkloadOptions, ordinal: number, used: readonly number[]): Generator {
  const { seed, mix } = options;
  const keys = mixedKeys(ownKeys, mix);
  const self: Generator = {
    next(context) {
      const thread = context.free.find((free) => free !== 'nemesis');
      if (thread === undefined) return { kind: 'pending', rest: self };
      const { slot, name } = keyOf(seed, ordinal, used, keys);
      const reads = isReader(options, thread) || uniform(key(seed, 'append'), ordinal) < (mix?.reads ?? ownReads);
      const what = reads ? { f: 'read', value: null } : { f: 'append', value: ordinal };
      return {
        kind: 'operation',
        operation: { type: 'invoke', process: context.processOf(thread), time: context.time, key: name, ...what },
        rest: operations(options, ordinal + 1, useSlot(used, slot, keys.active)),
      };
    },
    update: () => self,
  };
  return self;
}

export const append: Workload = {
  name: 'append',
  description: 'appends to and reads of many lists; linearizable by key, nothing lost, nothing twice',
  generator: (options) => operations(options, 1, []),
  finalGenerator: (_options, used) => finalReads(used),
  open: keyClient,
  checkers: (budgetMs) => [linearizable(model, { budgetMs }), appendChecker(), stats()],
};
