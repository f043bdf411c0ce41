/** Generators that end early: after so many operations, so many processes, or a success. */

import type { Process } from '../history/operation.ts';
import type { Generator } from './generator.ts';
import { done, lift, type GeneratorLike } from './lift.ts';

/** At most `count` operations. */
export function limit(count: number, generator: GeneratorLike): Generator {
  return limited(count, lift(generator));
}

function limited(remaining: number, inner: Generator): Generator {
  return {
    next(context) {
      if (remaining <= 0) return done;
      const step = inner.next(context);
      if (step.kind === 'done') return done;
      if (step.kind === 'pending') return { kind: 'pending', rest: limited(remaining, step.rest) };
      return { ...step, rest: step.rest === null || remaining <= 1 ? null : limited(remaining - 1, step.rest) };
    },
    update: (context, event) => limited(remaining, inner.update(context, event)),
  };
}

/** Only the first operation. */
export function once(generator: GeneratorLike): Generator {
  return limit(1, generator);
}

/**
 * Yields only while the processes that could have run its operations so far number at most `count`. Counting all that
 * could, not those that did, makes a test stop at once rather than trickle out on the last few processes.
 */
export function processLimit(count: number, generator: GeneratorLike): Generator {
  return processLimited(count, new Set(), lift(generator));
}

function processLimited(count: number, seen: ReadonlySet<Process>, inner: Generator): Generator {
  return {
    next(context) {
      const step = inner.next(context);
      if (step.kind === 'done') return done;
      if (step.kind === 'pending') return { kind: 'pending', rest: processLimited(count, seen, step.rest) };
      const unseen = context.threads.map((thread) => context.processOf(thread)).filter((process) => !seen.has(process));
      if (seen.size + unseen.length > count) return done;
      if (step.rest === null) return step;
      const all = unseen.length === 0 ? seen : new Set([...seen, ...unseen]);
      return { ...step, rest: processLimited(count, all, step.rest) };
    },
    update: (context, event) => processLimited(count, seen, inner.update(context, event)),
  };
}

/** Yields operations until one of them is `ok`. Those already under way then still complete. */
export function untilOk(generator: GeneratorLike): Generator {
  return untilOneOk(new Set(), lift(generator));
}

function untilOneOk(active: ReadonlySet<Process>, inner: Generator): Generator {
  return {
    next(context) {
      const step = inner.next(context);
      if (step.kind === 'done') return done;
      if (step.kind === 'pending') return { kind: 'pending', rest: untilOneOk(active, step.rest) };
      if (step.rest === null) return step;
      const mine = step.operation.type === 'invoke' ? new Set(active).add(step.operation.process) : active;
      return { ...step, rest: untilOneOk(mine, step.rest) };
    },
    update(context, event) {
      const mine = active.has(event.process);
      if (mine && event.type === 'ok') return lift(null);
      const rest = inner.update(context, event);
      if (!mine || event.type === 'invoke') return untilOneOk(active, rest);
      return untilOneOk(new Set([...active].filter((process) => process !== event.process)), rest);
    },
  };
}
