/** Failures of views, one for each cause: sessions often fail for the same reason. */

import type { CycleSearch } from './cm-cycle.ts';
import { cyclicHB, initialRead, occurrence, type ViewFailure } from './cm-evidence.ts';
import type { Saturation } from './cm-view.ts';
import { violationsMax, type Violation } from './patterns.ts';
import type { Occurrences } from './violations.ts';

export interface ViewFailures {
  /** `describe` is called for the first `violationsMax` causes only: what it takes to tell is not kept. */
  add(failure: ViewFailure, describe: () => Omit<Violation, 'repeats'>): void;
  causes(): readonly Occurrences[];
}

export function viewFailures(): ViewFailures {
  const byCore = new Map<string, { first: Occurrences; repeats: number }>();
  /** Those that are counted only. */
  let more = 0;
  return {
    add(failure, describe) {
      if (byCore.size >= violationsMax) {
        more++;
        return;
      }
      const violation = describe();
      const cause = `${violation.pattern} ${violation.core.toSorted((a, b) => a - b).join(' ')}`;
      const known = byCore.get(cause);
      if (known !== undefined) known.repeats++;
      else byCore.set(cause, { first: occurrence(failure, violation), repeats: 1 });
    },
    causes() {
      const causes = Array.from(byCore.values(), ({ first, repeats }) => ({ ...first, repeats }));
      const last = causes.at(-1);
      return last === undefined ? [] : [...causes.slice(0, -1), { ...last, repeats: last.repeats + more }];
    },
  };
}

/** Adds what is wrong with a view, if anything: a read of the initial value, or a cycle of what its reads imply. */
export function addFailureOf(
  view: ViewFailure,
  saturation: Saturation,
  cycles: CycleSearch,
  failures: ViewFailures,
): void {
  if (saturation.kind === 'initial') {
    failures.add(view, () => initialRead(view, saturation));
    return;
  }
  const { pairs } = view;
  const { node } = view.relations;
  const cycle = cycles.cycleWith({
    count: pairs.count,
    from: (pair) => node[pairs.at(pair, 0)] as number,
    to: (pair) => node[pairs.at(pair, 1)] as number,
  });
  if (cycle !== null) failures.add(view, () => cyclicHB(view, cycle));
}
