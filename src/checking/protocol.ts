/** What the thread that checks in parallel and its workers say to each other. */

import type { PartsOptions, PartsReport } from '../../checkers/linearizable/check-parts.ts';
import type { Progress } from '../../checkers/linearizable/turns.ts';
import type { HistoryColumns } from '../history/columns.ts';
import type { Json } from '../history/operation.ts';
import type { ModelName } from '../../checkers/models/index.ts';

/** A built-in model: threads can't pass functions to each other. */
export interface ModelChoice {
  readonly name: ModelName;
  /** As `withInit` takes it; absent: the model's own. */
  readonly init?: Json;
}

/** Options that can be passed to another thread. */
export type PlainOptions = Omit<PartsOptions, 'now' | 'onProgress' | 'onInvalid' | 'cancelled'>;

/** What one worker has to do. */
export interface Assignment {
  readonly model: ModelChoice;
  /** Arrays in shared memory. */
  readonly columns: HistoryColumns;
  /** Rows of the parts, one part after the other; in shared memory. */
  readonly rows: Int32Array;
  readonly parts: readonly { readonly key: string | null; readonly count: number }[];
  readonly options: PlainOptions;
  /** Milliseconds since 1970: clocks of threads begin at different times. */
  readonly deadline: number;
  /** In shared memory: one element, which is `state.enough` once some worker has found a failure. */
  readonly state: Int32Array;
}

export const states = { running: 0, enough: 1 } as const;

export type Message =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'report'; readonly report: PartsReport };
