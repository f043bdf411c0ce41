/** One history from elsewhere, from the bytes of its file to the verdict. */

import type { LinearizableVerdict } from '../../checkers/linearizable/verdict.ts';
import type { Progress } from '../../checkers/linearizable/turns.ts';
import { UsageError } from '../errors.ts';
import { readColumns, type ColumnsRead, type ReadColumnsOptions } from '../history/read-columns.ts';
import { checkInParallel, type ParallelOptions } from './parallel.ts';
import type { ModelChoice } from './protocol.ts';

export interface CheckFileOptions {
  readonly model: ModelChoice;
  readonly read: ReadColumnsOptions;
  readonly check: Omit<ParallelOptions, 'onProgress' | 'signal'>;
  readonly onProgress?: (progress: CheckProgress) => void;
  readonly signal?: AbortSignal;
}

export type CheckProgress = { readonly phase: 'read' } | ({ readonly phase: 'check' } & Progress);

export interface CheckedFile {
  readonly model: ModelChoice;
  /** Whether it was to be found out why, where it is invalid. */
  readonly evidence: boolean;
  readonly read: ColumnsRead;
  readonly verdict: LinearizableVerdict;
  /** What reading and checking (evidence included) took. */
  readonly readMs: number;
  readonly checkMs: number;
}

/** Throws a UsageError where the file can't be read or the initial value does not fit; rejects with the signal's reason. */
export async function checkFile(path: string, options: CheckFileOptions): Promise<CheckedFile> {
  const { model, onProgress, signal } = options;
  onProgress?.({ phase: 'read' });
  const began = performance.now();
  const read = await readColumns(path, options.read);
  signal?.throwIfAborted();
  const readMs = performance.now() - began;
  const verdict = await checkInParallel(read.columns, model, {
    ...options.check,
    ...(onProgress === undefined ? {} : { onProgress: (progress) => onProgress({ phase: 'check', ...progress }) }),
    ...(signal === undefined ? {} : { signal }),
  }).catch((thrown: unknown) => {
    throw thrown instanceof TypeError && thrown.message.startsWith('the model ')
      ? new UsageError(thrown.message, { cause: thrown })
      : thrown;
  });
  return {
    model,
    evidence: options.check.evidence !== false,
    read,
    verdict,
    readMs,
    checkMs: performance.now() - began - readMs,
  };
}
