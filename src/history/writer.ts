/** Streams a history to its file while the test runs. */

import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { RunError, messageOf } from '../errors.ts';
import type { Operation } from './operation.ts';

export interface HistoryWriter {
  /** Takes the next operation. Throws the RunError of the first write that failed; nothing was written after it. */
  write(operation: Operation): void;
  /** Hands everything taken so far to the operating system, which a crash of this process does not undo. Never throws. */
  flush(): void;
  /**
   * Flushes, makes the file durable and closes it. Throws the RunError of the first failure, unless `write` has thrown it
   * already. Safe to call again.
   */
  close(): void;
}

/** What the writer needs of a clock: `now` in ms, and `after` whose result takes the timer back. */
export interface FlushClock {
  now(): number;
  after(ms: number, action: () => void): () => void;
}

const flushEveryMs = 1000;
const bufferCharacters = 64 * 1024;

/** The machine's clock; its timers don't keep the process alive. */
const machineClock: FlushClock = {
  now: () => performance.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms).unref();
    return () => {
      clearTimeout(timer);
    };
  },
};

/**
 * Creates the file `path`, or empties it. An operation is in the hands of the operating system at most a second of
 * `clock` after it was written: a timer sees to it, and `write` itself where the event loop is too busy for timers.
 * Writes are synchronous, so that memory can't grow behind a slow disk. Throws a RunError when the file can't be opened.
 */
export function openHistory(path: string, clock: FlushClock = machineClock): HistoryWriter {
  const failed = (thrown: unknown): RunError =>
    new RunError(
      codeOf(thrown) === 'ENOSPC'
        ? `cannot write the history ${path}: no space left on the device; what was written before is kept`
        : `cannot write the history ${path}: ${messageOf(thrown)}`,
      { cause: thrown },
    );
  let file: number;
  try {
    file = openSync(path, 'w');
  } catch (thrown) {
    throw failed(thrown);
  }
  let buffer = '';
  let oldestMs = 0;
  let cancelTimer: (() => void) | null = null;
  let failure: RunError | null = null;
  let reported = false;
  let open = true;

  const attempt = (action: () => void): void => {
    try {
      action();
    } catch (thrown) {
      failure ??= failed(thrown);
    }
  };
  const flush = (): void => {
    cancelTimer?.();
    cancelTimer = null;
    if (buffer === '' || failure !== null) return;
    const bytes = Buffer.from(buffer);
    buffer = '';
    attempt(() => {
      for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
    });
  };
  return {
    write(operation) {
      if (failure !== null) {
        reported = true;
        throw failure;
      }
      if (!open) throw new RunError(`the history ${path} is closed: operation ${operation.index} came too late`);
      if (buffer === '') {
        oldestMs = clock.now();
        cancelTimer = clock.after(flushEveryMs, flush);
      }
      buffer += formatOperation(operation);
      if (buffer.length >= bufferCharacters || clock.now() - oldestMs >= flushEveryMs) flush();
    },
    flush() {
      if (open) flush();
    },
    close() {
      if (!open) return;
      flush();
      open = false;
      if (failure === null) attempt(() => fsyncSync(file));
      attempt(() => closeSync(file));
      if (failure !== null && !reported) {
        reported = true;
        throw failure;
      }
    },
  };
}

/** One line of a history file, its newline included. The order of the keys is always the same. */
export function formatOperation(operation: Operation): string {
  const { index, process, type, f, key, value, time, error, node } = operation;
  return `${JSON.stringify({ index, process, type, f, key, value, time, error, node })}\n`;
}

function codeOf(thrown: unknown): unknown {
  return thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
}
