/** Ctrl-C: the first ends the run in good order, the second at once. */

import { exitCodes } from '../errors.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const mishaps = ['uncaughtException', 'unhandledRejection'] as const;

/** npm passes a Ctrl-C on that the terminal has sent to this process already: both within this time are one. */
const sameMs = 300;

/** How long a run may clean up after an error that nobody caught: the work that would notice may be what broke. */
const cleanUpMs = 10_000;

/**
 * Runs `body` with a signal that aborts at the first SIGINT, SIGTERM or SIGHUP. A second one ends the process at once
 * with exit code 255. An error that nobody caught aborts too, so that what was started is removed, and is thrown then.
 */
export async function interruptible<T>(
  body: (signal: AbortSignal) => Promise<T>,
  say: (line: string) => void,
): Promise<T> {
  const controller = new AbortController();
  const uncaught: unknown[] = [];
  const late = Promise.withResolvers<never>();
  let firstAt = 0;

  const onSignal = (name: NodeJS.Signals): void => {
    const now = performance.now();
    if (firstAt === 0) {
      firstAt = now;
      say(`interrupted by ${name}: cleaning up and keeping the data; once more to end at once`);
      controller.abort(new Error(`interrupted by ${name}`));
    } else if (now - firstAt >= sameMs) {
      say(`${name} again: ended at once; "clew doctor --clean" removes what is left`);
      process.exit(exitCodes.crash);
    }
  };
  const onUncaught = (thrown: unknown): void => {
    uncaught.push(thrown);
    controller.abort(thrown);
    setTimeout(() => late.reject(thrown), cleanUpMs).unref();
  };

  for (const name of signals) process.on(name, onSignal);
  for (const name of mishaps) process.on(name, onUncaught);
  try {
    const result = await Promise.race([body(controller.signal), late.promise]);
    if (uncaught.length > 0) throw uncaught[0];
    return result;
  } finally {
    for (const name of signals) process.off(name, onSignal);
    for (const name of mishaps) process.off(name, onUncaught);
  }
}
