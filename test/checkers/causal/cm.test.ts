import { describe, expect, test } from 'vitest';
import { checkCM } from '../../../checkers/causal/cm.ts';
import { checkPRAM } from '../../../checkers/causal/pram.ts';
import type { ModelVerdict } from '../../../checkers/causal/patterns.ts';
import { columnsOf } from '../../../src/history/columns-builder.ts';
import { columnsOfSessions, figure2, r, w, type Step } from './cc-build.ts';
import { analysed, judgeViews } from './cm-trial.ts';
import { history, type Line } from '../build.ts';
import { cycleSearch } from '../../../checkers/causal/cm-cycle.ts';

const cm = (...lists: readonly (readonly Step[])[]): ModelVerdict => {
  const { causal, found } = analysed(columnsOfSessions(...lists));
  return checkCM(causal, found);
};

describe('figure 2 of the paper', () => {
  test.each([
    ['a', true, 'each session may see the other write after its own'],
    ['b', false, 'y = 1 brings x = 1, which has to come before x = 2, and then z = 1 before the read of z'],
    ['c', false, 'x = 1 comes after x = 2, and then again before it'],
    ['d', true, 'each session can order the other one at its end'],
    ['e', false, 'it is not even CC'],
  ] as const)('%s: CM %s, since %s', (...[name, valid]) => {
    expect(cm(...figure2[name]).valid).toBe(valid);
  });

  test('b: the read of the initial z comes after z = 1 only by what the session itself read', () => {
    const { violations } = cm(...figure2.b);
    expect(violations).toHaveLength(1);
    // Rows: z = 1, x = 2, x = 1, read z, y = 1, read y, read x.
    expect(violations[0]).toMatchObject({ pattern: 'WriteHBInitRead', key: 'z', core: [0, 3], process: 1, repeats: 1 });
    expect(violations[0]?.arrows).toEqual([
      { from: 0, to: 2, relation: 'po' },
      { from: 2, to: 1, relation: 'hb', because: 6 },
      { from: 1, to: 3, relation: 'po' },
    ]);
  });

  test('c: two reads of one session that contradict each other', () => {
    const { violations } = cm(...figure2.c);
    expect(violations[0]).toMatchObject({ pattern: 'CyclicHB', key: 'x', process: 1 });
    expect(violations[0]?.core).toHaveLength(4);
  });
});

test('sessions that fail for one reason are one cause', () => {
  const reader = [r('x', 1), r('x', 2), r('x', 1)];
  // Both see x change from 1 to 2 and back, though neither write came causally before the other.
  const { violations, found } = cm([w('x', 1)], [w('x', 2)], reader, reader);
  expect(found).toBe(2);
  expect(violations.length).toBeLessThanOrEqual(2);
});

test('an operation that reads and writes is read itself before what it wrote', () => {
  // Process 0 reads y = 1, which came after x = 2; that it still finds x = 1 puts x = 2 before its own cas from null.
  const { causal } = analysed(
    columnsOf(
      history(
        [0, 'invoke', 'cas', [null, 1]],
        [0, 'ok', 'cas', [null, 1]],
        [1, 'invoke', 'write', 2],
        [1, 'ok', 'write', 2],
        [1, 'invoke', 'write', 1, { key: 'y' }],
        [1, 'ok', 'write', 1, { key: 'y' }],
        [0, 'invoke', 'read', null, { key: 'y' }],
        [0, 'ok', 'read', 1, { key: 'y' }],
        [0, 'invoke', 'read', null],
        [0, 'ok', 'read', 1],
      ),
    ),
  );
  const { valid, violations } = checkPRAM(causal);
  expect(valid).toBe(false);
  expect(violations[0]).toMatchObject({ pattern: 'WriteHBInitRead', core: [1, 0] });
});

test('an operation of unknown outcome that was seen has to fit with what its process read before', () => {
  // Process 0 saw x = 2 (its own), x = 1, and by its cas x = 2 again; without the cas there would be nothing wrong.
  const lines = (from: number): Line[] => [
    [1, 'invoke', 'write', 1],
    [1, 'ok', 'write', 1],
    [0, 'invoke', 'write', 2],
    [0, 'ok', 'write', 2],
    [0, 'invoke', 'read'],
    [0, 'ok', 'read', 1],
    [0, 'invoke', 'cas', [from, 3]],
    [0, 'info', 'cas', [from, 3]],
    [0, 'invoke', 'write', 1, { key: 'y' }],
    [0, 'ok', 'write', 1, { key: 'y' }],
    [2, 'invoke', 'read'],
    [2, 'ok', 'read', 3],
  ];
  for (const [from, valid] of [
    [2, false],
    [1, true],
  ] as const) {
    const { causal, found } = analysed(columnsOf(history(...lines(from))));
    expect(checkCM(causal, found).valid).toBe(valid);
  }
});

describe('cycles with an order before', () => {
  const { causal } = analysed(columnsOfSessions(...Array.from({ length: 6 }, (_, i) => [w(`k${i}`, 1)])));
  const cycleWith = (...arrows: readonly (readonly [number, number])[]): readonly number[] | null =>
    cycleSearch(causal.relations, causal.topological, true).cycleWith({
      count: arrows.length,
      from: (i) => arrows[i]?.[0] ?? -1,
      to: (i) => arrows[i]?.[1] ?? -1,
    });

  test('is found where another arrow points back within it', () => {
    expect(cycleWith([5, 0], [2, 1], [0, 4], [4, 5])?.toSorted()).toEqual([0, 2, 3]);
  });

  test('is found across arrows that point back one after the other', () => {
    expect(cycleWith([3, 0], [5, 2], [0, 5], [2, 3])?.toSorted()).toEqual([0, 1, 2, 3]);
  });

  test('arrows that point back do not make one by themselves', () => {
    expect(cycleWith([5, 0], [2, 1], [0, 4])).toBe(null);
  });
});

test('random histories are judged as by the definition', () => {
  const tally = judgeViews('CM', 3000);
  expect(tally['true']).toBeGreaterThan(1500);
  expect(tally['false']).toBeGreaterThan(400);
  expect(tally['CyclicHB']).toBeGreaterThan(15);
});
