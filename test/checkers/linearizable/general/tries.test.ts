import { expect, test } from 'vitest';
import { depthOf, tries } from '../../../../checkers/linearizable/general/tries.ts';
import { random } from '../../../../src/random.ts';

test.each([1, 2, 3, 32, 33, 1000])(
  'an array of %i words is what was put into it, and equal ones are the same',
  (length) => {
    const sets = tries();
    const depth = depthOf(length);
    const draw = random(length, 'tries');
    const made = new Map<string, number>();
    let root = 0;
    let words = new Int32Array(length);
    for (let i = 0; i < 400; i++) {
      const at = draw.int(length);
      // Few words, sometimes that with all bits, so that arrays come up again.
      const word = draw.pick([0, 0, 1, 2, 2, i % 5 === 0 ? -1 : 0]);
      const before = { root, words };
      words = words.with(at, word);
      root = sets.with(root, depth, at, word);
      expect(sets.at(root, depth, at)).toBe(word);
      expect(Array.from({ length }, (_, index) => sets.at(root, depth, index))).toEqual([...words]);
      expect(sets.at(before.root, depth, at)).toBe(before.words[at]);
      const text = words.join();
      expect(made.get(text) ?? root).toBe(root);
      made.set(text, root);
      expect(sets.isSubset(before.root, root, depth)).toBe(
        before.words.every((its, w) => (its & ~(words[w] ?? 0)) === 0),
      );
      expect(sets.isSubset(root, before.root, depth)).toBe(
        words.every((its, w) => (its & ~(before.words[w] ?? 0)) === 0),
      );
      // As numbers: what has all bits is none of those.
      const areCounts = [...words, ...before.words].every((its) => its >= 0);
      const isAtMost = words.every((its, w) => its <= (before.words[w] ?? 0));
      if (areCounts) expect(sets.isAtMost(root, before.root, depth)).toBe(isAtMost);
    }
    expect(new Set(made.values()).size).toBe(made.size);
  },
);

test('an array takes as many nodes as it is deep, however often it is made', () => {
  const sets = tries();
  const before = sets.bytes();
  for (let i = 0; i < 10_000; i++) sets.with(0, depthOf(1 << 20), i % 3, 1);
  expect(sets.bytes()).toBe(before);
});

test('it knows what it holds: four numbers or more for each node, and not much more', () => {
  const sets = tries();
  for (let i = 1; i <= 10_000; i++) sets.with(0, 1, i % 2, i);
  expect(sets.bytes()).toBeGreaterThan(4 * 4 * 10_000);
  expect(sets.bytes()).toBeLessThan(4 * 4 * 4 * 10_000);
});

test('an array is as deep as it must be, and one of a word or none is not deep at all', () => {
  expect([0, 1, 2, 3, 4, 5, 32, 33].map(depthOf)).toEqual([0, 0, 1, 2, 2, 3, 5, 6]);
});
