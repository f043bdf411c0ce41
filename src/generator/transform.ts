/** Generators that change what another one yields, or how it hears of events. */

import { RunError } from '../errors.ts';
import type { Operation } from '../history/operation.ts';
import type { Context, Generator, Invocation } from './generator.ts';
import { done, lift, type GeneratorLike } from './lift.ts';

/** Every operation as `change` makes it. */
export function map(
  change: (operation: Invocation, context: Context) => Invocation,
  generator: GeneratorLike,
): Generator {
  return mapped(change, lift(generator));
}

function mapped(change: (operation: Invocation, context: Context) => Invocation, inner: Generator): Generator {
  return {
    next(context) {
      const step = inner.next(context);
      if (step.kind === 'done') return done;
      if (step.kind === 'pending') return { kind: 'pending', rest: mapped(change, step.rest) };
      const rest = step.rest === null ? null : mapped(change, step.rest);
      return { kind: 'operation', operation: change(step.operation, context), rest };
    },
    update: (context, event) => mapped(change, inner.update(context, event)),
  };
}

const rejectedInARowMax = 100_000;

/**
 * Only the operations that `accepts` lets through; the others never happen. A RunError when it turns down 100,000 in a
 * row, since an endless generator would be searched for ever.
 */
export function filter(accepts: (operation: Invocation) => boolean, generator: GeneratorLike): Generator {
  return filtered(accepts, lift(generator));
}

function filtered(accepts: (operation: Invocation) => boolean, inner: Generator): Generator {
  return {
    next(context) {
      let generator = inner;
      for (let rejected = 0; rejected < rejectedInARowMax; rejected++) {
        const step = generator.next(context);
        if (step.kind === 'done') return done;
        if (step.kind === 'pending') return { kind: 'pending', rest: filtered(accepts, step.rest) };
        if (accepts(step.operation)) {
          return { ...step, rest: step.rest === null ? null : filtered(accepts, step.rest) };
        }
        if (step.rest === null) return done;
        generator = step.rest;
      }
      throw new RunError(`a filter turned down ${rejectedInARowMax} operations in a row: does it let any through?`);
    },
    update: (context, event) => filtered(accepts, inner.update(context, event)),
  };
}

/** Given the generator as it is after `event`, `onUpdate` around it included, says what it is to be from now on. */
export type UpdateHandler = (self: Generator, context: Context, event: Operation) => GeneratorLike;

/**
 * Asks `handle` after every event what to go on with; `(self) => self` changes nothing. Unlike Jepsen's, the generator
 * inside hears of the event first.
 */
export function onUpdate(handle: UpdateHandler, generator: GeneratorLike): Generator {
  return handled(handle, lift(generator));
}

function handled(handle: UpdateHandler, inner: Generator): Generator {
  return {
    next(context) {
      const step = inner.next(context);
      if (step.kind === 'done') return done;
      return { ...step, rest: handled(handle, step.rest ?? lift(null)) };
    },
    update: (context, event) => lift(handle(handled(handle, inner.update(context, event)), context, event)),
  };
}
