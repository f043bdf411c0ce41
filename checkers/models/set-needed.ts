/** Which operations of unknown outcome on a set have to be tried. */

import { canonical, isList } from '../../src/history/json.ts';
import type { ModelOperation } from './model.ts';
import { setCalls } from './vocabulary.ts';

/**
 * An add of unknown outcome need not be tried when nobody saw the element. Take it out of an order: the element is
 * missing up to its next add or remove, and from there on all is the same. Whoever looked for it up to there saw it, or
 * nobody looked. In the same way a remove need not be tried when nobody saw that the element was missing.
 */
export function observedInSet(operations: readonly ModelOperation[]): (pending: ModelOperation) => boolean {
  const unknown = new Set<string>();
  for (const { f, input, outcome } of operations) if (outcome === 'info' && !isRead(f)) unknown.add(canonical(input));
  if (unknown.size === 0) return () => true;
  const found = new Set<string>();
  const missed = new Set<string>();
  let reads = 0;
  /** How many reads saw each element. */
  const seen = new Map<string, number>();
  for (const { f, input, output, outcome } of operations) {
    if (outcome !== 'ok') continue;
    if (setCalls.known(f) === 'contains') (output === true ? found : missed).add(canonical(input));
    else if (isRead(f)) {
      reads++;
      const elements = new Set(isList(output) ? output.map(canonical) : []);
      for (const text of elements) if (unknown.has(text)) seen.set(text, (seen.get(text) ?? 0) + 1);
    }
  }
  return ({ f, input }) => {
    const text = canonical(input);
    const times = seen.get(text) ?? 0;
    return setCalls.known(f) === 'add' ? times > 0 || found.has(text) : times < reads || missed.has(text);
  };
}

const isRead = (f: string): boolean => setCalls.known(f) === 'read';
