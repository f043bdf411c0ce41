/**
 * Virtual time: one heap of all that is to come, and the loop that makes it happen. Idle time is skipped.
 *
 * The control side (clients, generator, nemesis) runs on promises. After an event that woke it, all its microtasks run
 * before the next event does; other events cost no promise at all.
 */

import { RunError } from '../../errors.ts';
import type { Clock } from '../clock.ts';
import type { NodeDuty, SimulatedEvent } from './events.ts';
import type { RollingHash } from './hash.ts';
import { heap } from './heap.ts';

/**
 * Added to the sequence of the control side's events: at each instant nodes come first, so that it does not matter when
 * the control side decided what it does then.
 */
const controlLast = 2 ** 50;

/** More events than this at one instant can only be something that goes round in circles. */
const standingMax = 1_000_000;

export interface Timeline {
  /** Microseconds since the start. */
  nowUs(): number;
  /** Lets `duty` come up after `delayUs`. */
  push(duty: NodeDuty, delayUs: number): void;
  /** Runs an action of the control side after `delayUs`; the returned function takes it back. */
  control(delayUs: number, action: () => void): () => void;
  sleep(delayUs: number): Promise<void>;
  readonly clock: Clock;
  /** Makes time pass until `work` is done. Throws a RunError when nothing is left to happen, or time stands still. */
  drive<T>(work: () => Promise<T>): Promise<T>;
  /** Events that have happened. */
  happened(): number;
}

/** `perform` does what an event says, and returns false when that turned out to be nothing. */
export function timeline(hash: RollingHash, perform: (duty: NodeDuty, timeUs: number) => boolean): Timeline {
  const future = heap<SimulatedEvent>();
  let nowUs = 0;
  let sequence = 0;
  let happened = 0;
  /** Events since time last passed. */
  let standing = 0;
  /** Whether the control side may have something to do. */
  let woken = false;

  const control = (delayUs: number, action: () => void): (() => void) => {
    const event: SimulatedEvent = { time: nowUs + delayUs, sequence: controlLast + sequence++, duty: null, action };
    future.push(event);
    return () => {
      event.action = null;
    };
  };
  const sleep = (delayUs: number) =>
    new Promise<void>((resolve) => {
      control(delayUs, resolve);
    });

  const isWoken = (): boolean => woken;

  const step = (): void => {
    const event = future.pop();
    if (event === undefined) throw new RunError('the simulated run is stuck: nothing is left to happen');
    standing = event.time === nowUs ? standing + 1 : 0;
    if (standing > standingMax) {
      throw new RunError(
        `the simulated run stands still: ${standingMax} events at ${nowUs / 1000} ms, and time does not pass`,
      );
    }
    nowUs = event.time;
    if (event.duty !== null) {
      if (!perform(event.duty, event.time)) return;
    } else {
      if (event.action === null) return;
      woken = true;
      event.action();
    }
    happened++;
    hash.integer(nowUs);
  };

  return {
    nowUs: () => nowUs,
    push(duty, delayUs) {
      future.push({ time: nowUs + delayUs, sequence: sequence++, duty, action: null });
    },
    control,
    sleep,
    clock: {
      now: () => nowUs / 1000,
      after: (ms, action) => control(microseconds(ms), action),
      sleep: (ms) => sleep(microseconds(ms)),
    },
    async drive<T>(work: () => Promise<T>) {
      const state: { outcome: { readonly value: T } | { readonly error: unknown } | null } = { outcome: null };
      work().then(
        (value) => (state.outcome = { value }),
        (error: unknown) => (state.outcome = { error }),
      );
      for (;;) {
        await microtasksRun();
        const { outcome } = state;
        if (outcome !== null) {
          if ('error' in outcome) throw outcome.error;
          return outcome.value;
        }
        woken = false;
        do step();
        while (!isWoken());
      }
    },
    happened: () => happened,
  };
}

/** Rounded up, so that waiting for what is left of a time always lets time pass; what `ms` is inexact by is not time. */
const microseconds = (ms: number): number => Math.max(0, Math.ceil(ms * 1000 - 1e-4));

/** Resolves after every microtask that is due has run, whatever chains they form. */
const microtasksRun = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
