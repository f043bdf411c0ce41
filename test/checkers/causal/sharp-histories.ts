/**
 * Small random histories around stories that random replicas rarely tell: what one session can't explain of its own
 * reads, and writes that are seen before others of their session, or before what their writer had read. Each is a story
 * with other operations in between, some of its answers made up, so that about half of them violate what it is about.
 */

import type { History, Json, Operation, OperationType } from '../../../src/history/operation.ts';
import { random, type Random } from '../../../src/random.ts';

/** Key and value; of a read the value is what it returns. */
type Step = readonly [f: 'w' | 'r', key: string, value: number | null];

/** By process. Every value is written once; larger ones than here are for what comes in between. */
const stories: readonly (readonly (readonly Step[])[])[] = [
  // A late read puts x = 2 before x = 3, and so z = 1 before a read of z that found nothing.
  [
    [['w', 'z', 1], ['w', 'x', 2], ['w', 'y', 4]], // prettier-ignore
    [['w', 'x', 3], ['r', 'z', null], ['r', 'y', 4], ['r', 'x', 3]], // prettier-ignore
  ],
  // The same by way of a third session.
  [
    [['w', 'z', 1], ['w', 'x', 2]], // prettier-ignore
    [['r', 'x', 2], ['w', 'y', 4]], // prettier-ignore
    [['w', 'x', 3], ['r', 'z', null], ['r', 'y', 4], ['r', 'x', 3]], // prettier-ignore
  ],
  // x goes to 2 and back.
  [[['w', 'x', 1]], [['w', 'x', 2], ['r', 'x', 1], ['r', 'x', 2]]], // prettier-ignore
  // y was written after x = 2, and seen before it.
  [
    [['w', 'x', 1], ['w', 'x', 2], ['w', 'y', 3]], // prettier-ignore
    [['r', 'y', 3], ['r', 'x', 1]], // prettier-ignore
  ],
  // The same of two writers, who disagree on what is newer.
  [
    [['w', 'x', 1], ['w', 'y', 3]], // prettier-ignore
    [['w', 'x', 2], ['w', 'y', 4]], // prettier-ignore
    [['r', 'y', 3], ['r', 'x', 2]], // prettier-ignore
    [['r', 'y', 4], ['r', 'x', 1]], // prettier-ignore
  ],
  // y was written by one who had read x = 2, and seen before it.
  [
    [['w', 'x', 1], ['w', 'x', 2]], // prettier-ignore
    [['r', 'x', 2], ['w', 'y', 3]], // prettier-ignore
    [['r', 'y', 3], ['r', 'x', 1]], // prettier-ignore
  ],
  // The same of two who had read different versions.
  [
    [['w', 'x', 1], ['r', 'x', 1], ['w', 'y', 3]], // prettier-ignore
    [['w', 'x', 2], ['r', 'x', 2], ['w', 'y', 4]], // prettier-ignore
    [['r', 'y', 3], ['r', 'x', 2]], // prettier-ignore
    [['r', 'y', 4], ['r', 'x', 1]], // prettier-ignore
  ],
];

/** The history of a seed: always the same. */
export function sharpHistoryOfSeed(seed: number): History {
  const of = random(seed, 'sharp histories');
  const story = of.pick(stories);
  const madeUp = of.pick([0, 0.1, 0.3]);
  const unknown = of.pick([0, 0, 0.15]);
  const lists = story.map((list) => list.map((step) => (of.next() < madeUp ? otherAnswer(of, step, story) : step)));
  let next = 10;
  for (let more = of.int(4); more > 0; more--) {
    const list = of.pick(lists);
    const step: Step =
      of.next() < 0.5 ? ['w', of.pick(keys), next++] : otherAnswer(of, ['r', of.pick(keys), null], story);
    list.splice(of.int(list.length + 1), 0, step);
  }
  return inTurn(of, lists, unknown);
}

const keys = ['x', 'y', 'z'] as const;

/** A read with what was written to its key at some time, or nothing. */
function otherAnswer(of: Random, [f, key, value]: Step, story: (typeof stories)[number]): Step {
  if (f === 'w') return [f, key, value];
  const written = story.flat().flatMap(([kind, name, held]) => (kind === 'w' && name === key ? [held] : []));
  return [f, key, of.pick([null, ...written])];
}

/** Session by session in a random order of turns. A write of unknown outcome may end its session. */
function inTurn(of: Random, lists: readonly (readonly Step[])[], unknown: number): History {
  const history: Operation[] = [];
  const processes = lists.map((_, thread) => thread);
  const left = lists.map((list) => [...list]);
  while (left.some((list) => list.length > 0)) {
    const thread = of.int(left.length);
    const step = left[thread]?.shift();
    if (step === undefined) continue;
    const [kind, key, value] = step;
    const process = processes[thread] ?? 0;
    const f = kind === 'w' ? 'write' : 'read';
    const say = (type: OperationType, said: Json): void => {
      const index = history.length;
      history.push({ index, process, type, f, key, value: said, time: index * 1e6 });
    };
    say('invoke', kind === 'w' ? value : null);
    const isUnknown = kind === 'w' && of.next() < unknown;
    say(isUnknown ? 'info' : 'ok', value);
    if (isUnknown && of.next() < 0.5) processes[thread] = process + lists.length;
  }
  return history;
}
