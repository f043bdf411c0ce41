/**
 * Stacks whose values are distinct.
 *
 * A value that can be popped as soon as it is pushed is in nobody's way. All others are certainly inside for a while, and
 * are taken apart from the bottom of the stack, see `takeApart`. Pops that found the stack empty need a gap in which no
 * value is certainly inside.
 *
 * Pops of unknown outcome: a value that is still inside and certainly lies on another one must have been popped by one of
 * them before that other was, and all before the stack is found empty. If that can't be met, or not even all of these
 * values gone as early as the first such pop could remove them would do, there is no order. Where it leaves a choice, one
 * is guessed, and mended where a value turns out to be in the way of what can only have been at the bottom. If the guess
 * still fails, there is no answer.
 *
 * n log n, a few times over where a guess has to be mended.
 */

import { elementsOf, type Sequence } from '../../models/sequence.ts';
import { stackCalls } from '../../models/vocabulary.ts';
import type { Method, MethodAnswer } from '../method.ts';
import { numbersBelow } from './containers/by-moment.ts';
import { coreOf, readContents, type Contents } from './containers/contents.ts';
import { chain, nextEmpty, presence } from './containers/presence.ts';
import { assignUnknown, hastened, withRemovals } from './containers/unknown-removals.ts';
import { takeApart, type Bottomless } from './stack-bottoms.ts';
import { lyingDeadlines } from './stack-deadlines.ts';
import { stackOrder } from './stack-order.ts';

export const stackFromBottom: Method = {
  name: 'stack-from-bottom',
  decide(model, part) {
    // The family promises this kind of state.
    const initial = elementsOf(model.init as Sequence);
    const reading = readContents(part, (f) => stackCalls.of(f) === 'push', initial);
    return reading.kind === 'contents' ? decide(reading.contents) : reading;
  },
};

/** How often the guess is mended. */
const roundsMax = 12;

const unclear: MethodAnswer = {
  kind: 'inapplicable',
  why: 'what pops of unknown outcome removed is not clear',
};

function decide(contents: Contents): MethodAnswer {
  const { removal, unknown } = contents;
  if (unknown.length === 0 || removal.every((place) => place !== -1)) return decideKnown(contents);
  const relaxed = decideKnown(hastened(contents));
  if (relaxed.kind !== 'valid') return relaxed;
  const inside = presence(contents, (v) => removal[v] !== -1);
  const deadlines = lyingDeadlines(contents);
  const wishes = deadlines.slice();
  for (let round = 0; round < roundsMax; round++) {
    const assigned = assignUnknown(contents, deadlines, inside, wishes);
    // At first there are no wishes, only what must be.
    if (assigned === null) return round === 0 ? { kind: 'invalid' } : unclear;
    const known = withRemovals(contents, assigned);
    const guess = decideKnown(known);
    if (guess.kind === 'valid') return guess;
    if (!wishMore(contents, known, wishes)) break;
  }
  return unclear;
}

/**
 * Brings `wishes` forward for values that are in the way of what can only have been at the bottom, when they are removed
 * as they are in `known`; whether there are any.
 */
function wishMore({ removal }: Contents, known: Contents, wishes: Int32Array): boolean {
  const { insertBy, removeFrom, removeBy } = known;
  let more = false;
  takeApart(known, staying(known), ({ values, lowest }) => {
    if (lowest < 0) return [];
    const until = removeBy[lowest] as number;
    const inTheWay = values.filter(
      (v) => removal[v] === -1 && (insertBy[v] as number) < until && (removeFrom[v] as number) > until,
    );
    for (const v of inTheWay) {
      if (until - 1 >= (wishes[v] as number)) continue;
      wishes[v] = until - 1;
      more = true;
    }
    return Array.from(inTheWay);
  });
  return more;
}

/** The values that are certainly inside for a while. */
function staying({ size, insertBy, removeFrom }: Contents): Int32Array {
  return numbersBelow(size).filter((v) => (insertBy[v] as number) <= (removeFrom[v] as number));
}

/** What is not removed in `contents` was never removed. */
function decideKnown(contents: Contents): MethodAnswer {
  const { empty, emptyFrom, emptyBy } = contents;
  const next = empty.length === 0 ? new Int32Array(0) : nextEmpty(presence(contents));
  const gaps = empty.map((_, i) => next[emptyFrom[i] as number] as number);
  for (let i = 0; i < empty.length; i++) {
    if ((gaps[i] as number) < (emptyBy[i] as number)) continue;
    const values = chain(contents, emptyFrom[i] as number, emptyBy[i] as number) ?? [];
    return { kind: 'invalid', core: coreOf(contents, values, [empty[i] as number]) };
  }
  const taken = takeApart(contents, staying(contents));
  if (taken.kind === 'bottomless') return { kind: 'invalid', core: coreOf(contents, clash(contents, taken)) };
  return { kind: 'valid', witness: () => stackOrder(contents, taken.order, gaps) };
}

/** Longer runs are not looked for. */
const runMax = 8;

/**
 * Of values that are inside one after the other for all of the component, the fewest in a row of which none can be at the
 * bottom of the others.
 */
function clash(contents: Contents, { from, until, values }: Bottomless): readonly number[] {
  const { insertFrom, insertBy, removeFrom, removeBy } = contents;
  const left = new Set(values);
  const run = chain(contents, from, until, (v) => left.has(v)) ?? [...left];
  for (let length = 2; length < Math.min(run.length, runMax + 1); length++) {
    for (let start = 0; start + length <= run.length; start++) {
      const some = run.slice(start, start + length);
      const begin = insertBy[some[0] as number] as number;
      const end = removeFrom[some[length - 1] as number] as number;
      if (some.every((v) => (insertFrom[v] as number) > begin || (removeBy[v] as number) < end)) return some;
    }
  }
  return run;
}
