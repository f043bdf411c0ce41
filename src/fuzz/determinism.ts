/** Whether a plan is the same run twice, and if not, where the two part. */

import type { NodeEvent } from '../cluster/cluster.ts';
import type { Operation } from '../history/operation.ts';
import type { RunPlan } from '../store/plan.ts';
import { simulate, type Subject } from './simulate.ts';

export interface Difference {
  /** How many events were the same. */
  readonly after: number;
  /** The last events before the two part, oldest first. */
  readonly before: readonly string[];
  /** What came next in each run; null at its end. */
  readonly first: string | null;
  readonly second: string | null;
}

const contextLength = 5;

/** Null where both runs took the same course. */
export async function twins(plan: RunPlan, subject: Subject): Promise<Difference | null> {
  const first = await courseOf(plan, subject);
  const second = await courseOf(plan, subject);
  const length = Math.max(first.lines.length, second.lines.length);
  for (let i = 0; i < length; i++) {
    if (first.lines[i] === second.lines[i]) continue;
    return {
      after: i,
      before: first.lines.slice(Math.max(0, i - contextLength), i),
      first: first.lines[i] ?? null,
      second: second.lines[i] ?? null,
    };
  }
  if (first.hash === second.hash) return null;
  // Something that no trace shows; the hash counts every event.
  const before = first.lines.slice(-contextLength);
  return { after: length, before, first: `hash ${first.hash}`, second: `hash ${second.hash}` };
}

async function courseOf(plan: RunPlan, subject: Subject) {
  const lines: string[] = [];
  const { hash } = await simulate(plan, subject, {
    trace: 'full',
    onEvent: (event, atMs) => lines.push(eventInWords(event, atMs)),
    onOperation: (operation) => lines.push(operationInWords(operation)),
  });
  return { lines, hash };
}

function eventInWords({ node, kind, name, detail }: NodeEvent, atMs: number): string {
  return `${atMs.toFixed(3)} ms  ${node}  ${kind} ${name}${detail === undefined ? '' : ` ${JSON.stringify(detail)}`}`;
}

function operationInWords({ process, type, f, key, value, time }: Operation): string {
  const of = key === undefined ? '' : ` ${key}`;
  return `${(time / 1e6).toFixed(3)} ms  process ${process}  ${type} ${f}${of} ${JSON.stringify(value)}`;
}
