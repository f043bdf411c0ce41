import { expect, test } from 'vitest';
import { depthOf, tries as makeTries } from '../../../../checkers/linearizable/general/tries.ts';
import { visited } from '../../../../checkers/linearizable/general/visited.ts';
import { random } from '../../../../src/random.ts';
import { rounds } from '../../rounds.ts';

interface Configuration {
  readonly place: readonly [position: number, state: number, done: number];
  /** A set, and counts. */
  readonly seen: readonly number[];
  readonly used: readonly number[];
}

/** Whether `a` can do all that `b` can. */
const covers = (a: Configuration, b: Configuration): boolean =>
  a.place.every((its, i) => its === b.place[i]) &&
  b.seen.every((its, i) => (its & ~(a.seen[i] ?? 0)) === 0) &&
  a.used.every((its, i) => its <= (b.used[i] ?? 0));

test.each([1, 2, 5])('a configuration is new unless one before can do all that it can (%i words)', (words) => {
  const depth = depthOf(words);
  let [fresh, known, replaced] = [0, 0, 0];
  for (let seed = 0; seed < rounds(30); seed++) {
    const source = random(seed, 'visited', words);
    const tries = makeTries();
    const array = (of: readonly number[]): number => of.reduce((root, word, i) => tries.with(root, depth, i, word), 0);
    const table = visited(tries, depth, depth);
    const before: Configuration[] = [];
    /** Those of `before` that no later one has made superfluous. */
    let needed: Configuration[] = [];
    for (let i = 0; i < 150; i++) {
      const some = (): readonly number[] => Array.from({ length: words }, () => source.int(4));
      const one: Configuration = {
        place: [source.int(2), source.int(2), source.int(2)],
        seen: some(),
        used: some(),
      };
      const isNew = !before.some((other) => covers(other, one));
      const count = table.count();
      const [position, state, done] = one.place;
      expect(table.add(position, state, done, array(one.seen), array(one.used))).toBe(isNew);
      if (!isNew) {
        known++;
        expect(table.count()).toBe(count);
        continue;
      }
      fresh++;
      before.push(one);
      const isBetter = needed.some((other) => covers(one, other));
      if (isBetter) replaced++;
      // It takes the place of one that it makes superfluous.
      if (isBetter) expect(table.count()).toBe(count);
      needed = [...needed.filter((other) => !covers(one, other)), one];
      expect(table.count()).toBeGreaterThanOrEqual(needed.length);
    }
  }
  expect(Math.min(fresh, known, replaced)).toBeGreaterThan(rounds(30));
});

test('a quarter of a million are kept apart, in no more memory than twice what their words and the table take', () => {
  const table = visited(makeTries(), 0, 0);
  const many = 250_000;
  const configuration = (i: number): [number, number, number, number, number] => [i >> 9, i & 7, (i >> 3) & 63, 5, 3];
  let fresh = 0;
  for (let i = 0; i < many; i++) if (table.add(...configuration(i))) fresh++;
  expect(fresh).toBe(many);
  expect(table.count()).toBe(many);
  expect(table.bytes()).toBeGreaterThan(24 * many);
  expect(table.bytes()).toBeLessThan(2 * (24 + 8) * many);
  let known = 0;
  for (let i = 0; i < many; i++) if (!table.add(...configuration(i))) known++;
  expect(known).toBe(many);
  // One that has done less and used more is known, too; one that has done more is not.
  const [position, state, done] = configuration(1000);
  expect(table.add(position, state, done, 4, 4)).toBe(false);
  expect(table.add(position, state, done, 7, 3)).toBe(true);
  expect(table.add(position, state, done, 5, 3)).toBe(false);
  expect(table.count()).toBe(many);
});
