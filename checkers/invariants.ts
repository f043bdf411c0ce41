/** What must hold of all nodes together after every event, as the simulator saw it. */

import type { Checker, Verdict } from './verdict.ts';

/** An invariant that was broken. `atMs` is the time since the test started. */
export interface BrokenInvariant {
  readonly name: string;
  /** The node at which it showed. */
  readonly node: string;
  readonly atMs: number;
  readonly message: string;
}

export interface InvariantsVerdict extends Verdict {
  /** In the order in which they were broken, each once. */
  readonly broken: readonly BrokenInvariant[];
}

/** Invalid when an invariant was broken during the run. */
export function invariants(broken: readonly BrokenInvariant[]): Checker<InvariantsVerdict> {
  return {
    name: 'invariants',
    check() {
      const [first] = broken;
      if (first === undefined) return { valid: true, broken: [] };
      const more = broken.length === 1 ? '' : ` (and ${broken.length - 1} more)`;
      return { valid: false, reason: `${first.name}: ${first.message}${more}`, broken: [...broken] };
    },
  };
}
