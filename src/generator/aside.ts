/** Operations that never enter the history. */

import type { Json } from '../history/operation.ts';
import type { Generator } from './generator.ts';
import { lift } from './lift.ts';

/** Once, keeps one process busy for `seconds`. */
export function sleep(seconds: number): Generator {
  return lift({ type: 'sleep', f: 'sleep', value: seconds });
}

/** Once, prints `message`. */
export function log(message: Json): Generator {
  return lift({ type: 'log', f: 'log', value: message });
}
