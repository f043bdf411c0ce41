/** One line of a history: a client or the nemesis begins an operation, or learns what became of it. */

import type { Json } from '../../systems/protocol.ts';

export type { Json };

/** A logical single-threaded client, or the nemesis. */
export type Process = number | 'nemesis';

/** `invoke` begins; `ok` happened; `fail` definitely did not happen; `info` is unknown. */
export type OperationType = 'invoke' | 'ok' | 'fail' | 'info';

export interface Operation {
  /** Position in the history, from 0. */
  readonly index: number;
  readonly process: Process;
  readonly type: OperationType;
  readonly f: string;
  readonly key?: string;
  readonly value: Json;
  /** Nanoseconds since the test started. */
  readonly time: number;
  /** Why it failed or is unknown. A `fail` without an error, or with `'mismatch'`, compared and found a difference. */
  readonly error?: string;
  /** The node that the client was bound to. */
  readonly node?: string;
}

/** The ordered operations of one run. `history[i].index === i`. */
export type History = readonly Operation[];

/** The error of a compare-and-set that was executed and found another value. */
export const MISMATCH = 'mismatch';
