/**
 * Checks a history on several threads. Parts are independent: each worker takes some, balanced by size, and reads them
 * from shared columns. The verdict is that of one thread.
 */

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { checkParts, type PartsReport } from '../../checkers/linearizable/check-parts.ts';
import { conclusion, objected } from '../../checkers/linearizable/conclusion.ts';
import { checkDefaults } from '../../checkers/linearizable/linearizable.ts';
import { split, type Part } from '../../checkers/linearizable/part.ts';
import type { Progress } from '../../checkers/linearizable/turns.ts';
import type { LinearizableVerdict } from '../../checkers/linearizable/verdict.ts';
import { messageOf, RunError } from '../errors.ts';
import type { HistoryColumns } from '../history/columns.ts';
import { chosenModel } from './model-choice.ts';
import type { Assignment, Message, ModelChoice, PlainOptions } from './protocol.ts';
import { shared } from '../history/shared-columns.ts';

export interface ParallelOptions extends Partial<PlainOptions> {
  /** Threads at most. Absent: as many as the machine has cores. */
  readonly jobs?: number;
  /** Milliseconds that this thread checks alone: most histories take less than workers take to start. */
  readonly headStartMs?: number;
  readonly onProgress?: (progress: Progress) => void;
  /** Ends all workers; the check is then rejected with its reason. It can't interrupt what runs on this thread. */
  readonly signal?: AbortSignal;
}

const defaultHeadStartMs = 150;

/**
 * Checks that `columns` are linearizable, as `checkLinearizable` does. Rejects with a TypeError if the initial value does
 * not fit the model, with the signal's reason, and with a RunError if a worker dies.
 */
export async function checkInParallel(
  columns: HistoryColumns,
  choice: ModelChoice,
  options: ParallelOptions = {},
): Promise<LinearizableVerdict> {
  const { jobs = availableParallelism(), headStartMs = defaultHeadStartMs, onProgress, signal, ...given } = options;
  signal?.throwIfAborted();
  const { now, ...defaults } = checkDefaults;
  const plain: PlainOptions = { ...defaults, ...given };
  const deadline = now() + plain.timeBudgetMs;
  const model = chosenModel(choice);
  const divided = split(model, columns);
  if (divided.kind === 'objection') return objected(model.name, divided);
  const { parts, operations } = divided;
  const told = onProgress === undefined ? {} : { onProgress };
  const isParallel = Math.min(jobs, parts.length) > 1;
  const handOver = isParallel ? now() + headStartMs : Infinity;
  const first = checkParts(model, parts, { ...plain, ...told, now }, deadline, handOver);
  const isEnough = plain.stopAtFirstFailure && first.failures.length > 0;
  if (first.left.length === 0 || isEnough) return conclusion(model.name, operations, [first]);

  const rest = first.left.map((place) => parts[place] as Part);
  const workers = Math.min(jobs, rest.length);
  const sharedColumns = shared(columns);
  const state = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const assignments = balanced(rest, workers).map((mine): Assignment => ({
    model: choice,
    columns: sharedColumns,
    rows: rowsOf(mine),
    parts: mine.map(({ key, count }) => ({ key, count })),
    options: { ...plain, memoryBudgetBytes: plain.memoryBudgetBytes / workers },
    deadline: performance.timeOrigin + deadline,
    state,
  }));
  const done = { decided: parts.length - rest.length, operations: operationsOf(parts) - operationsOf(rest) };
  const reports = await runAll(assignments, summedProgress(parts.length, done, workers, onProgress), signal);
  return conclusion(model.name, operations, [first, ...reports]);
}

const operationsOf = (parts: readonly Part[]): number => parts.reduce((sum, { count }) => sum + count, 0);

/** The largest first, each to the one that has least: nobody gets more than a third above the best there is. */
function balanced(parts: readonly Part[], workers: number): readonly (readonly Part[])[] {
  const shares = Array.from({ length: workers }, () => ({ parts: [] as Part[], operations: 0 }));
  for (const part of parts.toSorted((a, b) => b.count - a.count)) {
    const least = shares.reduce((a, b) => (b.operations < a.operations ? b : a));
    least.parts.push(part);
    least.operations += part.count;
  }
  return shares.map((share) => share.parts);
}

function rowsOf(parts: readonly Part[]): Int32Array {
  const rows = new Int32Array(new SharedArrayBuffer(operationsOf(parts) * Int32Array.BYTES_PER_ELEMENT));
  let from = 0;
  for (const part of parts) {
    rows.set(part.row, from);
    from += part.count;
  }
  return rows;
}

/** Tells the sum of what all workers last said, and what was `done` before. */
function summedProgress(
  parts: number,
  done: { readonly decided: number; readonly operations: number },
  workers: number,
  onProgress: ((progress: Progress) => void) | undefined,
): (worker: number, progress: Progress) => void {
  const last: Progress[] = Array.from({ length: workers }, () => ({
    parts: 0,
    decided: 0,
    operations: 0,
    explained: 0,
    bytes: 0,
  }));
  const sum = (field: keyof Progress): number => last.reduce((total, progress) => total + progress[field], 0);
  return (worker, progress) => {
    last[worker] = progress;
    onProgress?.({
      parts,
      decided: done.decided + sum('decided'),
      operations: done.operations + sum('operations'),
      explained: sum('explained'),
      bytes: sum('bytes'),
    });
  };
}

/** Runs all to their end; if one dies or the signal says so, none is left running. */
async function runAll(
  assignments: readonly Assignment[],
  onProgress: (worker: number, progress: Progress) => void,
  signal: AbortSignal | undefined,
): Promise<readonly PartsReport[]> {
  const workers: Worker[] = [];
  try {
    return await Promise.all(
      assignments.map((assignment, i) => {
        const worker = new Worker(workerFile, { workerData: assignment });
        workers.push(worker);
        return reportOf(worker, (progress) => onProgress(i, progress), signal);
      }),
    );
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** Beside this file, and of its kind: source or built. */
const workerFile = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);

function reportOf(
  worker: Worker,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal | undefined,
): Promise<PartsReport> {
  const { promise, resolve, reject } = Promise.withResolvers<PartsReport>();
  const onAbort = (): void => reject(signal?.reason as Error);
  signal?.addEventListener('abort', onAbort, { once: true });
  worker.on('message', (message: Message) => {
    if (message.kind === 'report') resolve(message.report);
    else onProgress(message.progress);
  });
  worker.on('error', (thrown: unknown) => {
    const why = `a worker that checked the history died: ${messageOf(thrown)}`;
    reject(new RunError(`${why}; a smaller --memory-budget or fewer --jobs may help`, { cause: thrown }));
  });
  worker.on('exit', (code) => reject(new RunError(`a worker that checked the history ended early (${code})`)));
  return promise.finally(() => signal?.removeEventListener('abort', onAbort));
}
