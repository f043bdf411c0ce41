/** When operations happen. Durations are seconds, as in Jepsen; times inside are nanoseconds since the test started. */

import { key, uniform } from '../random.ts';
import type { Salted } from './choice.ts';
import type { Generator } from './generator.ts';
import { done, lift, type GeneratorLike } from './lift.ts';

const nanoseconds = (seconds: number): number => Math.round(seconds * 1e9);

/** Operations that happen less than `seconds` after the generator's first. */
export function timeLimit(seconds: number, generator: GeneratorLike): Generator {
  return timeLimited(nanoseconds(seconds), null, lift(generator));
}

function timeLimited(length: number, cutoff: number | null, inner: Generator): Generator {
  return {
    next(context) {
      if (cutoff !== null && context.time >= cutoff) return done;
      const step = inner.next(context);
      if (step.kind === 'done') return done;
      if (step.kind === 'pending') return { kind: 'pending', rest: timeLimited(length, cutoff, step.rest) };
      const end = cutoff ?? step.operation.time + length;
      if (step.operation.time >= end) return done;
      return { ...step, rest: step.rest === null ? null : timeLimited(length, end, step.rest) };
    },
    update: (context, event) => timeLimited(length, cutoff, inner.update(context, event)),
  };
}

/** How late an operation may be by the fault of a timer. */
const latenessMax = nanoseconds(0.005);

/**
 * One operation every `seconds` on average, over all threads together: intervals are uniform between 0 and twice that.
 * Lateness of a few milliseconds, as timers have it, is made up for; time lost because no thread was free is not.
 */
export function stagger(seconds: number, generator: GeneratorLike, { salt = 0 }: Salted = {}): Generator {
  return staggered(2 * nanoseconds(seconds), salt, 0, null, lift(generator));
}

function staggered(
  spread: number,
  salt: string | number,
  ordinal: number,
  due: number | null,
  inner: Generator,
): Generator {
  return {
    next(context) {
      const step = inner.next(context);
      if (step.kind === 'done') return done;
      if (step.kind === 'pending') return { kind: 'pending', rest: staggered(spread, salt, ordinal, due, step.rest) };
      const planned = due ?? step.operation.time;
      const time = Math.max(planned, step.operation.time);
      const operation = { ...step.operation, time };
      if (step.rest === null) return { ...step, operation };
      const from = time - planned <= latenessMax ? planned : time;
      const next = from + Math.floor(uniform(key(context.seed, 'stagger', salt), ordinal) * spread);
      return { ...step, operation, rest: staggered(spread, salt, ordinal + 1, next, step.rest) };
    },
    update: (context, event) => staggered(spread, salt, ordinal, due, inner.update(context, event)),
  };
}

/** Operations at least `seconds` apart, over all threads together, and exactly that when a thread is free in time. */
export function delay(seconds: number, generator: GeneratorLike): Generator {
  return delayed(nanoseconds(seconds), 0, lift(generator));
}

function delayed(interval: number, due: number, inner: Generator): Generator {
  return {
    next(context) {
      const step = inner.next(context);
      if (step.kind === 'done') return done;
      if (step.kind === 'pending') return { kind: 'pending', rest: delayed(interval, due, step.rest) };
      const time = Math.max(due, step.operation.time);
      const rest = step.rest === null ? null : delayed(interval, time + interval, step.rest);
      return { kind: 'operation', operation: { ...step.operation, time }, rest };
    },
    update: (context, event) => delayed(interval, due, inner.update(context, event)),
  };
}
