import { expect, test } from 'vitest';
import { classesOf, pendingOf } from '../../../../checkers/linearizable/general/classes.ts';
import { timelineOf, type Slots } from '../../../../checkers/linearizable/general/timeline.ts';
import { tries as makeTries, type Tries } from '../../../../checkers/linearizable/general/tries.ts';
import type { Part } from '../../../../checkers/linearizable/part.ts';
import { complete, type Model } from '../../../../checkers/models/model.ts';
import { register } from '../../../../checkers/models/register.ts';
import { NEVER } from '../../../../src/history/columns.ts';
import { columnsOf } from '../../../../src/history/columns-builder.ts';
import { random, type Random } from '../../../../src/random.ts';
import { randomRegisterHistory, type Shape } from '../../random-history.ts';
import { rounds } from '../../rounds.ts';
import { partsOf } from './trial.ts';

const model = complete(register as Model<unknown>);

const shapes: readonly Shape[] = [
  { operations: 6, processes: 2, values: 2, unknown: 0, lies: 0.2 },
  { operations: 30, processes: 5, values: 3, unknown: 0.2, lies: 0.1 },
  { operations: 12, processes: 9, values: 1, unknown: 0.6, lies: 0.1 },
  // More at once than a word has bits.
  { operations: 400, processes: 250, values: 4, unknown: 0.02, lies: 0.1 },
];

function* timelines(count: number, purpose: string) {
  for (let seed = 0; seed < count; seed++) {
    const source = random(seed, purpose);
    const history = randomRegisterHistory(source, shapes[seed % shapes.length] as Shape);
    for (const part of partsOf(model, columnsOf(history))) {
      const classes = classesOf(model, part);
      const places = pendingOf(model, part, classes, seed % 2 === 0);
      const tries = makeTries();
      yield { seed, source, part, classes, places, tries, timeline: timelineOf(part, classes, places, tries) };
    }
  }
}

const returnsOf = (part: Part): readonly number[] =>
  [...part.returned.keys()]
    .filter((place) => part.returned[place] !== NEVER)
    .sort((a, b) => (part.returned[a] as number) - (part.returned[b] as number));

/** For each place, how many of the returns come before its invocation. */
const openFromOf = ({ invoked, returned }: Part): readonly number[] =>
  Array.from(invoked, (at) => returned.filter((other) => other < at).length);

test('operations that returned, in the order of their returns, and which of them observe', () => {
  for (const { part, classes, timeline } of timelines(4 * rounds(10), 'returns')) {
    const returns = returnsOf(part);
    const openFrom = openFromOf(part);
    const observes = returns.map((place) => classes.observes[classes.of[place] as number] as number);
    expect([...timeline.returns]).toEqual(returns);
    expect([...timeline.cls]).toEqual(returns.map((place) => classes.of[place]));
    expect([...timeline.observes]).toEqual(observes);
    for (let p = 0; p <= returns.length + 1; p++) {
      const next = observes.findIndex((is, at) => is === 1 && at >= p);
      expect(timeline.nextObserver[p]).toBe(next === -1 ? returns.length : next);
    }
    for (let p = 0; p <= returns.length; p++) {
      const opening = timeline.observersInvoked.slice(timeline.observersBefore[p], timeline.observersBefore[p + 1]);
      const expected = returns.flatMap((place, at) => (observes[at] === 1 && openFrom[place] === p ? [at] : []));
      expect([...opening].sort((a, b) => a - b)).toEqual(expected);
    }
    expect(timeline.observersInvoked).toHaveLength(observes.filter((is) => is === 1).length);
  }
});

/** The positions at which those return that are in `set`. */
function returnsIn(slots: Slots, tries: Tries, set: number, position: number): readonly number[] {
  const found: number[] = [];
  for (let slot = 0; slot < 32 * slots.words; slot++) {
    const isIn = (tries.at(set, slots.depth, slot >>> 5) >>> (slot & 31)) & 1;
    if (isIn === 1) found.push(slots.returnIn(slot, position));
  }
  return found.sort((a, b) => a - b);
}

function expectSlots(slots: Slots, part: Part, tries: Tries, source: Random, isOfKind: (p: number) => boolean): void {
  const returns = returnsOf(part);
  const openFrom = openFromOf(part);
  const open = returns.map((_, p) =>
    returns.flatMap((place, at) => (isOfKind(at) && at >= p && (openFrom[place] as number) <= p ? [at] : [])),
  );
  // A search goes back and forth, so they are asked for in any order.
  for (const p of source.shuffle([...open.keys()])) {
    expect(returnsIn(slots, tries, slots.open[p] as number, p)).toEqual(open[p]);
    for (const at of open[p] ?? []) {
      expect(slots.returnIn(slots.slotOf[returns[at] as number] as number, p)).toBe(at);
    }
  }
  expect(slots.open[returns.length]).toBe(0);
  const kind = new Set(returns.filter((_, at) => isOfKind(at)));
  for (let place = 0; place < part.count; place++) if (!kind.has(place)) expect(slots.slotOf[place]).toBe(-1);
  // As wide as the part is concurrent, and no wider.
  const widest = Math.max(0, ...open.map(({ length }) => length));
  expect(Math.max(-1, ...slots.slotOf) + 1).toBe(widest);
  expect(slots.words).toBe(Math.max(1, Math.ceil(widest / 32)));
}

test('each open operation has a slot of its own among those of its kind, which are as many as are open at once', () => {
  let wide = 0;
  for (const { source, part, tries, timeline } of timelines(4 * rounds(4), 'slots')) {
    expectSlots(timeline.mutators, part, tries, source, (p) => timeline.observes[p] === 0);
    expectSlots(timeline.observers, part, tries, source, (p) => timeline.observes[p] === 1);
    if (timeline.mutators.words > 1) wide++;
  }
  expect(wide).toBeGreaterThan(0);
});

test('operations that never returned, by class, and from where on they are open', () => {
  let several = 0;
  for (const { part, classes, places, timeline } of timelines(4 * rounds(25), 'pending')) {
    const { pending } = timeline;
    const openFrom = openFromOf(part);
    const cls = [...new Set(Array.from(places, (place) => classes.of[place] as number))];
    expect(pending.count).toBe(cls.length);
    expect([...pending.cls]).toEqual(cls);
    const members = cls.map((its) => [...places].filter((place) => classes.of[place] === its));
    members.forEach((of, c) => {
      const [from, to] = [pending.start[c] as number, pending.start[c + 1] as number];
      expect([...pending.members.slice(from, to)]).toEqual(of);
      expect([...pending.openFrom.slice(from, to)]).toEqual(of.map((place) => openFrom[place]));
      if (of.length > 1) several++;
    });
    for (let p = 0; p <= timeline.returns.length; p++) {
      const there = members.filter(([first]) => first !== undefined && (openFrom[first] as number) <= p);
      expect(pending.classesAt[p]).toBe(there.length);
    }
    expect(pending.depth).toBe(Math.ceil(Math.log2(Math.max(1, cls.length))));
  }
  expect(several).toBeGreaterThan(0);
});

test('what it says that it holds is about what its arrays take', () => {
  for (const { timeline } of timelines(shapes.length, 'bytes')) {
    const { mutators, observers, pending, ...rest } = timeline;
    const arrays = [mutators, observers, pending, rest].flatMap((of) => Object.values(of) as unknown[]);
    const bytes = arrays.reduce<number>((sum, of) => sum + (ArrayBuffer.isView(of) ? of.byteLength : 0), 0);
    expect(timeline.bytes()).toBeGreaterThan(bytes / 2);
    expect(timeline.bytes()).toBeLessThan(4 * bytes);
  }
});
