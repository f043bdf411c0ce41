/** Does a plan again: that of a schedule file, or of a run that has one. */

import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { exitCodes } from '../errors.ts';
import type { RunObserver } from '../runner/observer.ts';
import { defaults } from '../runner/options.ts';
import type { RunResult } from '../runner/run.ts';
import { runFile } from '../store/layout.ts';
import { readPlan } from '../store/plan-file.ts';
import type { RunPlan } from '../store/plan.ts';
import { keepRun } from './keep.ts';
import { subjectOf } from './subject.ts';

/** The plan that `path` names: a schedule file, or the directory of a run that has one. Null for anything else. */
export async function planAt(path: string): Promise<RunPlan | null> {
  const found = await stat(path).catch(() => null);
  if (found === null && !path.endsWith('.json')) return null;
  if (found?.isDirectory() !== true) return readPlan(path);
  const file = runFile(path, 'schedule');
  return existsSync(file) ? readPlan(file) : null;
}

/** Does the plan and keeps the run in the store (default: `store`). */
export async function replayPlan(
  plan: RunPlan,
  asked: { readonly storeDirectory?: string },
  observer: RunObserver,
): Promise<RunResult> {
  const store = resolve(asked.storeDirectory ?? defaults.storeDirectory);
  observer.onEvent({ kind: 'phase', phase: 'cluster', detail: 'sim (as in the schedule)' });
  const run = await keepRun(plan, await subjectOf(plan), { store }, observer);
  const code = run.valid === true ? exitCodes.valid : run.valid === false ? exitCodes.invalid : exitCodes.unknown;
  return { valid: run.valid, exitCode: code, asked: 1, runs: [run] };
}
