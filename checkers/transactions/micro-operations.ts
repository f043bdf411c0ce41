/** What a transaction did, key by key, as it is written down: `[["r", key, value], ["w", key, value], …]`. */

import { canonical, isList, shown } from '../../src/history/json.ts';
import type { Json } from '../../src/history/operation.ts';

/** `["r", key, value]` or `["w", key, value]`. */
export type MicroOperation = readonly [f: 'r' | 'w', key: Json, value: Json];

/** The list as it is, or null for what is none. */
export function microOperations(value: Json | undefined): readonly MicroOperation[] | null {
  return value !== undefined && isList(value) && value.every(isMicroOperation) ? value : null;
}

function isMicroOperation(value: Json): value is MicroOperation {
  return isList(value) && value.length === 3 && (value[0] === 'r' || value[0] === 'w');
}

/** The keys 1 and "1" are the same. */
export function keyText(key: Json): string {
  return typeof key === 'string' ? key : canonical(key);
}

/** Why a transaction that was asked for `input` can't have completed with `output`, or null. */
export function completionObjection(input: Json, output: Json): string | null {
  const asked = microOperations(input);
  const done = microOperations(output);
  if (asked === null) return `a txn takes [["r", key, null], ["w", key, value], …], not ${shown(input)}`;
  const isSame = done?.length === asked.length && asked.every((micro, i) => agree(micro, done[i]));
  return isSame ? null : `a txn of ${shown(input)} can't complete with ${shown(output)}`;
}

function agree([f, key, value]: MicroOperation, done: MicroOperation | undefined): boolean {
  if (done?.[0] !== f || (done[1] !== key && keyText(done[1]) !== keyText(key))) return false;
  return f === 'r' || done[2] === value || canonical(done[2]) === canonical(value);
}
