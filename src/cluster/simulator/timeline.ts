/**
 * Virtual time: one heap of all that is to come, and the loop that makes it happen. Idle time is skipped.
 *
 * The control side (clients, generator, nemesis) runs on promises. After an event that woke it, all its microtasks run
 * before the next event does; other events cost no promise at all.
 */

import { RunError } from '../../errors.ts';
import type { Clock } from '../clock.ts';
import type { ControlAction, Duty, SimulatedEvent } from './events.ts';
import type { RollingHash } from './hash.ts';
import { heap } from './heap.ts';
import { afterMicrotasks } from './microtasks.ts';

/**
 * Added to the sequence of the control side's events: at each instant nodes come first, so that it does not matter when
 * the control side decided what it does then.
 */
const controlLast = 2 ** 50;

/** More events than this at one instant can only be something that goes round in circles. */
const standingMax = 1_000_000;

/** Fewer actions than this may lie about although they were taken back. */
const withdrawnMin = 64;

/** Told of each event that has happened: how many there were, 32 bits of the hash of all of them, and how to say it in words. */
export type OnStep = (count: number, low: number, describe: () => string) => void;

export interface Timeline {
  /** Microseconds since the start. */
  nowUs(): number;
  /** Lets `duty` come up after `delayUs`. */
  push(duty: Duty, delayUs: number): void;
  /** Runs an action of the control side after `delayUs`; the returned function takes it back. */
  control(delayUs: number, action: () => void): () => void;
  sleep(delayUs: number): Promise<void>;
  readonly clock: Clock;
  /** Makes time pass until `work` is done. Throws a RunError when nothing is left to happen, or time stands still. */
  drive<T>(work: () => Promise<T>): Promise<T>;
  /** Events that have happened. */
  happened(): number;
}

export interface TimelineOptions {
  readonly hash: RollingHash;
  /** Does what an event says, and returns false when that turned out to be nothing. */
  readonly perform: (duty: Duty, timeUs: number) => boolean;
  readonly describe?: (event: SimulatedEvent) => string;
  readonly onStep?: OnStep | undefined;
}

export function timeline({ hash, perform, describe = ({ kind }) => kind, onStep }: TimelineOptions): Timeline {
  const future = heap<SimulatedEvent>();
  let nowUs = 0;
  let sequence = 0;
  let happened = 0;
  /** Events since time last passed. */
  let standing = 0;
  /** Whether the control side may have something to do. */
  let woken = false;
  /** Actions in the heap that were taken back. */
  let withdrawn = 0;

  const control = (delayUs: number, action: () => void): (() => void) => {
    const event: ControlAction = { kind: 'control', action };
    future.push(nowUs + delayUs, controlLast + sequence++, event);
    return () => {
      if (event.action === null) return;
      event.action = null;
      // Most timeouts of clients are taken back, and would make up most of the heap.
      if (++withdrawn < withdrawnMin || 2 * withdrawn < future.size()) return;
      future.keep((item) => item.kind !== 'control' || item.action !== null);
      withdrawn = 0;
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
    const time = future.poppedAt();
    standing = time === nowUs ? standing + 1 : 0;
    if (standing > standingMax) {
      throw new RunError(
        `the simulated run stands still: ${standingMax} events at ${nowUs / 1000} ms, and time does not pass`,
      );
    }
    nowUs = time;
    if (event.kind === 'control') {
      const { action } = event;
      if (action === null) {
        withdrawn--;
        return;
      }
      event.action = null;
      woken = true;
      action();
    } else if (!perform(event, time)) {
      return;
    }
    happened++;
    hash.integer(time);
    if (onStep !== undefined) onStep(happened, hash.low(), () => `${time / 1000} ms  ${describe(event)}`);
  };

  return {
    nowUs: () => nowUs,
    push(duty, delayUs) {
      future.push(nowUs + delayUs, sequence++, duty);
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
      await afterMicrotasks(() => {
        if (state.outcome !== null) return false;
        woken = false;
        try {
          do step();
          while (!isWoken());
        } catch (error) {
          state.outcome = { error };
        }
        return true;
      });
      const { outcome } = state;
      if (outcome === null) throw new RunError('the simulated run ended before its work did');
      if ('error' in outcome) throw outcome.error;
      return outcome.value;
    },
    happened: () => happened,
  };
}

/** Rounded up, so that waiting for what is left of a time always lets time pass; what `ms` is inexact by is not time. */
const microseconds = (ms: number): number => Math.max(0, Math.ceil(ms * 1000 - 1e-4));
