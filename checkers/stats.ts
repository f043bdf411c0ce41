/** How many operations of each kind there were, and what became of them (jepsen.checker/stats). */

import type { History } from '../src/history/operation.ts';
import { pairs } from '../src/history/pairs.ts';
import type { Checker, Verdict } from './verdict.ts';

/** `info` counts operations that never completed, too. */
export interface Counts {
  readonly count: number;
  readonly ok: number;
  readonly fail: number;
  readonly info: number;
}

export interface StatsVerdict extends Verdict, Counts {
  readonly byF: Readonly<Record<string, Counts>>;
}

/** Unknown when there were no client operations or none of some `f` ever succeeded: then nothing was tested. */
export function stats(): Checker<StatsVerdict> {
  return { name: 'stats', check };
}

const none: Counts = { count: 0, ok: 0, fail: 0, info: 0 };

function check(history: History): StatsVerdict {
  let all = none;
  const byF = new Map<string, Counts>();
  for (const { invocation, completion } of pairs(history)) {
    const type = completion === null || completion.type === 'invoke' ? 'info' : completion.type;
    const add = (counts: Counts): Counts => ({ ...counts, count: counts.count + 1, [type]: counts[type] + 1 });
    all = add(all);
    byF.set(invocation.f, add(byF.get(invocation.f) ?? none));
  }
  const fruitless = [...byF].filter(([, { ok }]) => ok === 0).map(([f]) => f);
  const evidence = { ...all, byF: Object.fromEntries(byF) };
  if (all.count === 0) return { valid: 'unknown', reason: 'there were no operations', ...evidence };
  if (fruitless.length === 0) return { valid: true, ...evidence };
  return { valid: 'unknown', reason: `no ${fruitless.join(' and no ')} ever succeeded`, ...evidence };
}
