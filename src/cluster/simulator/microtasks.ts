/**
 * Runs something again and again, each time when no microtask is left to run.
 *
 * Node runs what `process.nextTick` takes once all microtasks have run, whatever chains they form; and it comes back to the
 * event loop only when neither is left. So one turn costs a promise and a tick. Every so often the event loop gets its turn,
 * lest signals, files and workers wait for ever.
 */

const turnsUntilEventLoop = 256;

/** Calls `turn`, which must not throw, until it returns false; resolves then. */
export function afterMicrotasks(turn: () => boolean): Promise<void> {
  const settled = Promise.resolve();
  return new Promise((resolve) => {
    let turns = 0;
    const run = (): void => {
      if (turn()) next();
      else resolve();
    };
    // A tick that was asked for within a tick would run before microtasks do; asked for in a microtask it runs after all of them.
    const tick = (): void => {
      process.nextTick(run);
    };
    const next = (): void => {
      if (++turns % turnsUntilEventLoop === 0) setImmediate(run);
      else void settled.then(tick);
    };
    next();
  });
}
