/** What clients may ask of the causal store. */

import type { Json, NodeId, Request } from '../protocol.ts';
import { isVectorTime, type VectorTime } from './vector-time.ts';

/**
 * `read` of a key: `{ clock }` as the value, or none. `write`: `{ value, clock }`. The clock is what the session has
 * seen, and comes back with every answer, grown: `{ value, clock }` for a read, `{ clock }` for a write.
 */
export type Operation =
  | { readonly f: 'read'; readonly key: string; readonly clock: VectorTime }
  | { readonly f: 'write'; readonly key: string; readonly clock: VectorTime; readonly value: Json };

/** The request in this form, or what is wrong with it. */
export function operationOf({ f, key, value }: Request, nodes: readonly NodeId[]): Operation | string {
  if (f !== 'read' && f !== 'write') return `unknown operation ${f}`;
  if (key === undefined) return `${f} needs a key`;
  const fields = fieldsOf(value);
  const clock = fields['clock'] ?? {};
  if (!isVectorTime(clock, nodes))
    return `the clock of a session counts the writes of nodes, not ${JSON.stringify(clock)}`;
  if (f === 'read') return { f, key, clock };
  const written = fields['value'];
  if (written === undefined || written === null) return 'write needs { value, clock } with a value that is not null';
  return { f, key, clock, value: written };
}

function fieldsOf(value: Json | undefined): Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, Json>>)
    : {};
}
