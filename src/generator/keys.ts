/** The same generator for many keys (jepsen.independent): its operations carry the key that they are about. */

import { RunError, UsageError } from '../errors.ts';
import { hashString, key as familyOf, uniform } from '../random.ts';
import { narrow, reseed, threadOf } from './context.ts';
import type { Context, Generator, Thread } from './generator.ts';
import { done, lift, nothing, type GeneratorLike } from './lift.ts';
import { soonest, type Offer } from './soonest.ts';
import { clients } from './threads.ts';

/** A list of keys, or the `index`-th key of as many as are wanted (null: no more). Must be pure. */
export type Keys = readonly string[] | ((index: number) => string | null);

const keyAt = (keys: Keys, index: number): string | null =>
  typeof keys === 'function' ? keys(index) : (keys[index] ?? null);

const uselessKeysMax = 100_000;

function tooManyUseless(): RunError {
  return new RunError(`the generators of ${uselessKeysMax} keys in a row yielded nothing`);
}

/**
 * All of the first key's generator, then all of the second's, and so on. A RunError when 100,000 keys in a row yield
 * nothing, since endless keys would be searched for ever.
 */
export function perKeySequential(keys: Keys, make: (key: string) => GeneratorLike): Generator {
  return inTurn(keys, make, 0, nothing);
}

/** `current` is what is left of the key before the `next`-th. */
function inTurn(keys: Keys, make: (key: string) => GeneratorLike, next: number, current: Generator): Generator {
  return {
    next(context) {
      let generator = current;
      for (let at = next; at <= next + uselessKeysMax; at++) {
        const step = generator.next(context);
        if (step.kind === 'pending') return { kind: 'pending', rest: inTurn(keys, make, at, step.rest) };
        if (step.kind === 'operation') return { ...step, rest: inTurn(keys, make, at, step.rest ?? nothing) };
        const key = keyAt(keys, at);
        if (key === null) return done;
        generator = keyed(key, lift(make(key)));
      }
      throw tooManyUseless();
    },
    update: (context, event) => inTurn(keys, make, next, current.update(context, event)),
  };
}

/** `key` on every operation; events of other keys are kept away. Random choices depend on the key. */
function keyed(key: string, inner: Generator): Generator {
  const inside = (context: Context) => reseed(context, hashString(key));
  const self: Generator = {
    next(context) {
      const step = inner.next(inside(context));
      if (step.kind === 'done') return done;
      if (step.kind === 'pending') return { kind: 'pending', rest: keyed(key, step.rest) };
      const operation = step.operation.type === 'invoke' ? { ...step.operation, key } : step.operation;
      return { kind: 'operation', operation, rest: step.rest === null ? null : keyed(key, step.rest) };
    },
    update(context, event) {
      if (event.key !== undefined && event.key !== key) return self;
      return keyed(key, inner.update(inside(context), event));
    },
  };
  return self;
}

/**
 * Groups of `threadsPerKey` client threads each work on one key until its generator is used up, then take the next key.
 * A UsageError when the client threads can't be divided into such groups.
 */
export function perKeyConcurrent(threadsPerKey: number, keys: Keys, make: (key: string) => GeneratorLike): Generator {
  return clients(grouped({ threadsPerKey, keys, make }, 0, { next: 0, generators: null }));
}

interface Plan {
  readonly threadsPerKey: number;
  readonly keys: Keys;
  readonly make: (key: string) => GeneratorLike;
}

/** The index of the next key, and the generator of each group's present key; null before the first question. */
interface Progress {
  readonly next: number;
  readonly generators: readonly Generator[] | null;
}

function grouped(plan: Plan, ordinal: number, progress: Progress): Generator {
  const self: Generator = {
    next(context) {
      const groups = groupsOf(plan.threadsPerKey, context);
      let next = progress.next;
      const take = (): Generator => {
        const key = keyAt(plan.keys, next);
        if (key === null) return nothing;
        next++;
        return keyed(key, lift(plan.make(key)));
      };
      const generators = progress.generators === null ? groups.map(take) : [...progress.generators];

      const offers: Offer<number>[] = [];
      for (const [i, group] of groups.entries()) {
        const inside = narrow(context, (thread) => group.includes(thread));
        if (inside.free.length === 0) continue;
        let generator = generators[i] ?? nothing;
        let step = generator.next(inside);
        for (let useless = 0; step.kind === 'done' && generator !== nothing; useless++) {
          if (useless > uselessKeysMax) throw tooManyUseless();
          generator = take();
          step = generator.next(inside);
        }
        generators[i] = step.kind === 'pending' ? step.rest : generator;
        if (step.kind === 'operation') offers.push({ source: i, step, weight: group.length });
      }

      const chosen = soonest(offers, () => uniform(familyOf(context.seed, 'key'), ordinal));
      if (chosen !== undefined) {
        // A generator that has just been used up is replaced when its group is free again.
        const after = generators.with(chosen.source, chosen.step.rest ?? usedUp);
        return { ...chosen.step, rest: grouped(plan, ordinal + 1, { next, generators: after }) };
      }
      if (generators.every((generator) => generator === nothing)) return done;
      return { kind: 'pending', rest: grouped(plan, ordinal, { next, generators }) };
    },
    update(context, event) {
      const thread = threadOf(context, event.process);
      const groups = groupsOf(plan.threadsPerKey, context);
      const i = groups.findIndex((group) => thread !== undefined && group.includes(thread));
      const [group, generator] = [groups[i], progress.generators?.[i]];
      if (group === undefined || generator === undefined || !progress.generators) return self;
      const inside = narrow(context, (other) => group.includes(other));
      const generators = progress.generators.with(i, generator.update(inside, event));
      return grouped(plan, ordinal, { ...progress, generators });
    },
  };
  return self;
}

/** Of a key that has nothing more to do; `nothing` is a group that has no key any more. */
const usedUp: Generator = { next: () => done, update: () => usedUp };

function groupsOf(size: number, { threads }: Context): readonly (readonly Thread[])[] {
  if (threads.length < size || threads.length % size !== 0) {
    throw new UsageError(
      `${threads.length} client threads can't work in groups of ${size} a key: make the concurrency a multiple of ${size}`,
    );
  }
  return Array.from({ length: threads.length / size }, (_, i) => threads.slice(i * size, (i + 1) * size));
}
