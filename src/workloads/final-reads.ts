/** After healing, every key is read once: what was acknowledged must be there. */

import type { Generator } from '../generator/generator.ts';
import { lift } from '../generator/index.ts';

export function finalReads(keys: readonly string[]): Generator {
  return lift(keys.map((key) => ({ f: 'read', key })));
}
