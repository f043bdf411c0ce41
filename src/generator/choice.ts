/** Several generators at once, and which of them comes next. */

import { key, uniform } from '../random.ts';
import { reseed } from './context.ts';
import type { Context, Generator } from './generator.ts';
import { done, lift, nothing, type GeneratorLike } from './lift.ts';
import { soonest, type Offer } from './soonest.ts';

/** One of several generators; `id` stays the same when others before it are used up. */
interface Branch {
  readonly id: number;
  readonly generator: Generator;
}

const branches = (generators: readonly GeneratorLike[]): readonly Branch[] =>
  generators.map((generator, id) => ({ id, generator: lift(generator) }));

/** `all` with `branch` gone on to `rest`; null drops it. */
const advance = (all: readonly Branch[], branch: Branch, rest: Generator | null): readonly Branch[] =>
  rest === null
    ? all.filter((other) => other.id !== branch.id)
    : all.map((other) => (other.id === branch.id ? { id: other.id, generator: rest } : other));

/** Tells apart the random choices of generators that would otherwise make the same ones. */
export interface Salted {
  readonly salt?: string | number;
}

/**
 * A sequence of operations each of which comes from one of the generators, chosen uniformly from those that are not
 * used up. While the chosen one is pending, so is the mix. Events are not passed on, which keeps broad mixes cheap.
 */
export function mix(generators: readonly GeneratorLike[], { salt = 0 }: Salted = {}): Generator {
  return mixed(salt, 0, branches(generators));
}

function mixed(salt: string | number, ordinal: number, all: readonly Branch[]): Generator {
  const self: Generator = {
    next(context) {
      const family = key(context.seed, 'mix', salt);
      let left = all;
      for (let at = ordinal; ; at++) {
        const branch = left[Math.floor(uniform(family, at) * left.length)];
        if (branch === undefined) return done;
        const step = branch.generator.next(reseed(context, branch.id));
        if (step.kind === 'done') left = advance(left, branch, null);
        else if (step.kind === 'pending') {
          return { kind: 'pending', rest: mixed(salt, at, advance(left, branch, step.rest)) };
        } else {
          const after = advance(left, branch, step.rest);
          return { ...step, rest: after.length === 0 ? null : mixed(salt, at + 1, after) };
        }
      }
    },
    update: () => self,
  };
  return self;
}

/** Whichever generator's operation comes soonest. All of them hear of every event. */
export function any(...generators: readonly GeneratorLike[]): Generator {
  return anyOf(0, branches(generators));
}

function anyOf(ordinal: number, all: readonly Branch[]): Generator {
  return {
    next(context) {
      const offers: Offer<Branch>[] = [];
      let waiting: readonly Branch[] | null = null;
      for (const branch of all) {
        const step = branch.generator.next(reseed(context, branch.id));
        if (step.kind === 'pending') waiting = advance(waiting ?? all, branch, step.rest);
        if (step.kind === 'operation') offers.push({ source: branch, step, weight: 1 });
      }
      const chosen = soonest(offers, () => uniform(key(context.seed, 'any'), ordinal));
      if (chosen === undefined) return waiting === null ? done : { kind: 'pending', rest: anyOf(ordinal, waiting) };
      const after = advance(all, chosen.source, chosen.step.rest);
      return { ...chosen.step, rest: after.length === 0 ? null : anyOf(ordinal + 1, after) };
    },
    update: (context, event) =>
      anyOf(
        ordinal,
        all.map(({ id, generator }) => ({ id, generator: generator.update(reseed(context, id), event) })),
      ),
  };
}

/** An operation from `a`, one from `b`, one from `a`, … until one of them is used up. Events are not passed on. */
export function flipFlop(a: GeneratorLike, b: GeneratorLike): Generator {
  return alternating({ id: 0, generator: lift(a) }, { id: 1, generator: lift(b) });
}

function alternating(now: Branch, then: Branch): Generator {
  const self: Generator = {
    next(context: Context) {
      const step = now.generator.next(reseed(context, now.id));
      if (step.kind === 'done') return done;
      if (step.kind === 'pending') {
        return { kind: 'pending', rest: alternating({ ...now, generator: step.rest }, then) };
      }
      return { ...step, rest: alternating(then, { ...now, generator: step.rest ?? nothing }) };
    },
    update: () => self,
  };
  return self;
}
