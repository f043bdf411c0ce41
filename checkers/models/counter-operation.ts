/** What an operation on a counter does and shows. */

import type { Json } from '../../src/history/operation.ts';
import type { ModelOperation } from './model.ts';
import { counterCalls } from './vocabulary.ts';

/** By how much the operation changes the counter. */
export function addedBy({ f, input }: ModelOperation): number {
  const call = counterCalls.known(f);
  if (call === 'read') return 0;
  const amount = typeof input === 'number' ? input : 1;
  return call === 'subtract' ? -amount : amount;
}

/** The value that the operation saw before or after its change; null for one that shows none. */
export function seenBy({ f, output, outcome }: ModelOperation): { when: 'before' | 'after'; value: Json } | null {
  if (outcome !== 'ok') return null;
  switch (counterCalls.known(f)) {
    case 'add':
    case 'subtract':
      return null;
    case 'read':
    case 'get-and-add':
      return { when: 'before', value: output };
    case 'add-and-get':
      return { when: 'after', value: output };
  }
}
