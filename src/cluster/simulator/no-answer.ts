/** Why a simulated request has no answer. */

import { NoAnswer } from '../cluster.ts';

/** Without a stack: many are made, and nobody asks where. */
export function noAnswer(message: string, sent: boolean): NoAnswer {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return new NoAnswer(message, sent);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
