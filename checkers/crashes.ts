/** A node that stopped because it saw what must never be is a violation in its own right. */

import type { Checker, Verdict } from './verdict.ts';

/** An exception in a node's protocol. `atMs` is the time since the test started. */
export interface Crash {
  readonly node: string;
  readonly atMs: number;
  readonly message: string;
}

export interface CrashesVerdict extends Verdict {
  readonly crashes: readonly Crash[];
}

/** Invalid when a node crashed by itself; killing it is not among `crashes`. */
export function crashes(crashes: readonly Crash[]): Checker<CrashesVerdict> {
  return {
    name: 'crashes',
    check() {
      const [first] = crashes;
      if (first === undefined) return { valid: true, crashes: [] };
      const more = crashes.length === 1 ? '' : ` (and ${crashes.length - 1} more)`;
      return { valid: false, reason: `${first.node} crashed: ${first.message}${more}`, crashes: [...crashes] };
    },
  };
}
