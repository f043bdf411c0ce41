/** One thing after another. */

import { reseed } from './context.ts';
import type { Generator } from './generator.ts';
import { done, lift, type GeneratorLike } from './lift.ts';

/** All of the first generator, then all of the second, and so on, without waiting in between. */
export function concat(...generators: readonly GeneratorLike[]): Generator {
  return lift(generators);
}

/** Waits until every thread is free before it begins. */
export function synchronize(generator: GeneratorLike): Generator {
  return waiting(lift(generator));
}

function waiting(inner: Generator): Generator {
  const self: Generator = {
    next: (context) =>
      context.free.length === context.threads.length ? inner.next(context) : { kind: 'pending', rest: self },
    update: (context, event) => waiting(inner.update(context, event)),
  };
  return self;
}

/** Each generator to its end; all threads are free before each begins. */
export function phases(...generators: readonly GeneratorLike[]): Generator {
  return lift(generators.map(synchronize));
}

/**
 * `first`, then, when all threads are free, `second` (`jepsen.generator/then`, in reading order; a module that exports
 * `then` would be taken for a promise when imported).
 */
export function andThen(first: GeneratorLike, second: GeneratorLike): Generator {
  return lift([first, synchronize(second)]);
}

/**
 * What the generator yields first, again and again, at most `times` times: its state is not kept between operations.
 * Its random choices are new each time.
 */
export function repeat(generator: GeneratorLike): Generator;
export function repeat(times: number, generator: GeneratorLike): Generator;
export function repeat(...args: [GeneratorLike] | [number, GeneratorLike]): Generator {
  return args.length === 1 ? repeated(Infinity, 0, lift(args[0])) : repeated(args[0], 0, lift(args[1]));
}

function repeated(times: number, count: number, inner: Generator): Generator {
  return {
    next(context) {
      if (count >= times) return done;
      const step = inner.next(reseed(context, count));
      if (step.kind === 'done') return done;
      if (step.kind === 'pending') return { kind: 'pending', rest: repeated(times, count, step.rest) };
      return { ...step, rest: count + 1 < times ? repeated(times, count + 1, inner) : null };
    },
    update: (context, event) => repeated(times, count, inner.update(reseed(context, count), event)),
  };
}

/**
 * The generator to its end, then all over again as it was at first, at most `times` times. Ends when a new round
 * yields nothing. Its random choices are new in each round.
 */
export function cycle(generator: GeneratorLike): Generator;
export function cycle(times: number, generator: GeneratorLike): Generator;
export function cycle(...args: [GeneratorLike] | [number, GeneratorLike]): Generator {
  const [times, original] = args.length === 1 ? [Infinity, lift(args[0])] : [args[0], lift(args[1])];
  return cycled(times, 0, original, original);
}

function cycled(times: number, round: number, original: Generator, current: Generator): Generator {
  return {
    next(context) {
      if (round >= times) return done;
      let at = round;
      let step = current.next(reseed(context, at));
      if (step.kind === 'done' && ++at < times) step = original.next(reseed(context, at));
      if (step.kind === 'done') return done;
      if (step.kind === 'pending') return { kind: 'pending', rest: cycled(times, at, original, step.rest) };
      if (step.rest !== null) return { ...step, rest: cycled(times, at, original, step.rest) };
      return { ...step, rest: at + 1 < times ? cycled(times, at + 1, original, original) : null };
    },
    update: (context, event) => cycled(times, round, original, current.update(reseed(context, round), event)),
  };
}
