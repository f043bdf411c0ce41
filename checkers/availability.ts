/** For how long nothing succeeded, before and after everything was healed. */

import type { History, Operation } from '../src/history/operation.ts';
import type { Checker, Verdict } from './verdict.ts';

/** A stretch without an `ok`. Times are in ns since the test started. */
export interface Outage {
  readonly ms: number;
  readonly startTime: number;
  readonly endTime: number;
  /** The operations that bound it: an `ok`, the first invocation, the healing, or the last client operation. */
  readonly startIndex: number;
  readonly endIndex: number;
}

export interface AvailabilityVerdict extends Verdict {
  /** The longest outage before the healing began to be over; of the whole history when nothing was healed. */
  readonly before: Outage | null;
  /** The longest outage after healing, null when nothing was healed. */
  readonly after: Outage | null;
  /** From the end of healing to the first `ok`; null when there was none. */
  readonly recoveredAfterMs: number | null;
}

/**
 * Healing is the completion of the nemesis operation `heal`, the last when there are several. Unknown when operations
 * were asked for afterwards, or none at all, and nothing was `ok` any more.
 */
export function availability(): Checker<AvailabilityVerdict> {
  return { name: 'availability', check };
}

function check(history: History): AvailabilityVerdict {
  const healed = history.findLast(({ process, type, f }) => process === 'nemesis' && f === 'heal' && type !== 'invoke');
  const ofClients = history.filter(({ process }) => process !== 'nemesis');
  if (healed === undefined) return { valid: true, before: longest(ofClients), after: null, recoveredAfterMs: null };

  const before = longest([...ofClients.filter(({ index }) => index < healed.index), healed]);
  const since = ofClients.filter(({ index }) => index > healed.index);
  const after = longest([healed, ...since]);
  const firstOk = since.find(({ type }) => type === 'ok');
  if (firstOk !== undefined) {
    return { valid: true, before, after, recoveredAfterMs: (firstOk.time - healed.time) / 1e6 };
  }
  const reason = since.some(({ type }) => type === 'invoke')
    ? 'never became available again after healing'
    : 'nothing was asked after healing, so it is not known whether it became available again';
  return { valid: 'unknown', reason, before, after, recoveredAfterMs: null };
}

/** The longest stretch from the first operation to the last in which none was `ok`; null for less than two. */
function longest(operations: readonly Operation[]): Outage | null {
  const [first] = operations;
  const last = operations.at(-1);
  if (first === undefined || last === undefined || first === last) return null;
  let start = first;
  let result: Outage | null = null;
  for (const operation of operations) {
    if (operation !== last && operation.type !== 'ok') continue;
    const ms = (operation.time - start.time) / 1e6;
    if (operation !== start && (result === null || ms > result.ms)) {
      result = {
        ms,
        startTime: start.time,
        endTime: operation.time,
        startIndex: start.index,
        endIndex: operation.index,
      };
    }
    start = operation;
  }
  return result;
}
