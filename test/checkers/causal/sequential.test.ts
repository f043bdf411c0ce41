import { describe, expect, test } from 'vitest';
import { replaySequential } from '../../../checkers/causal/sequential-replay.ts';
import { checkSequential, type SequentialVerdict } from '../../../checkers/causal/sequential.ts';
import { columnsOfSessions, figure2, r, w, type Step } from './cc-build.ts';
import { analysed, judgeSequential, unlimited } from './cm-trial.ts';

const sequential = (lists: readonly (readonly Step[])[], budget = unlimited): SequentialVerdict => {
  const { accesses, causal, found } = analysed(columnsOfSessions(...lists));
  return checkSequential(accesses, causal, found, budget);
};

describe('sequential consistency', () => {
  test.each(['a', 'b', 'c', 'd', 'e'] as const)('figure 2 %s of the paper is not sequentially consistent', (name) => {
    expect(sequential(figure2[name]).valid).toBe(false);
  });

  test('figure 2 d is refuted by what every order must hold, as all weaker models accept it', () => {
    const { method, violations } = sequential(figure2.d);
    expect(method).toBe('necessary-order');
    expect(violations).toHaveLength(1);
    const arrows = violations[0]?.arrows ?? [];
    // The cycle, and then what it rests on: that nobody had written y yet.
    const cycle = arrows.filter(({ relation }) => relation !== 'fr');
    expect(arrows.slice(0, cycle.length)).toEqual(cycle);
    cycle.forEach(({ to }, i) => expect(to).toBe(cycle[(i + 1) % cycle.length]?.from));
    expect(arrows.slice(cycle.length)).toHaveLength(2);
  });

  test('the violation of a weaker model is the evidence', () => {
    expect(sequential([[w('x', 1), r('x', null)]])).toMatchObject({
      method: 'weaker-models',
      violations: [{ pattern: 'WriteCOInitRead' }],
    });
  });

  test('real time does not matter: a read of what was overwritten long ago', () => {
    expect(
      sequential([
        [w('x', 1), w('x', 2)],
        [w('y', 1), w('y', 2), w('y', 3), r('x', 1)],
      ]).valid,
    ).toBe(true);
  });

  test('two writers and a reader of each: both orders of one key exclude one another', () => {
    // Dekker's mutual exclusion: each wrote before it read, so one must see the other.
    expect(
      sequential([
        [w('x', 1), r('y', null)],
        [w('y', 1), r('x', null)],
      ]).valid,
    ).toBe(false);
  });

  test('an order is given, each operation once', () => {
    const { witness } = sequential([[w('x', 1), r('x', 2)], [w('x', 2)]]);
    expect([...(witness ?? [])].sort()).toEqual([0, 1, 2]);
    expect([...(witness ?? [])].indexOf(0)).toBeLessThan([...(witness ?? [])].indexOf(2));
  });

  test('without time it is unknown, and says what to raise', () => {
    expect(sequential([[w('x', 1), r('x', 2)], [w('x', 2)]], { ...unlimited, deadline: 0 })).toMatchObject({
      valid: 'unknown',
      raise: '--time-budget',
      reason: expect.stringContaining('Raise --time-budget') as unknown,
    });
  });

  test('two writes of one value make it unknown', () => {
    expect(sequential([[w('x', 1), w('x', 1), r('x', 1)]])).toMatchObject({
      valid: 'unknown',
      ambiguity: { key: 'x' },
    });
  });
});

describe('the replay of a witness', () => {
  const { accesses } = analysed(columnsOfSessions([w('x', 1), w('x', 2, 'info')], [r('x', 1)]));
  // Rows: x = 1, read x, x = 2.
  test.each([
    ['an order that explains all', [0, 1], null],
    ['one with what may have happened', [0, 1, 2], null],
    ['a read of what is overwritten', [0, 2, 1], 'operation 2 does not read what was written last'],
    ['an operation of unknown outcome too early', [2, 0, 1], 'comes before others that its process had done'],
    ['an operation left out', [0], 'operation 2 is not in it'],
    ['an operation twice', [0, 0, 1], "row 0 can't happen, or is in it twice"],
  ])('%s', (_name, order, complaint) => {
    const said = replaySequential(accesses, order);
    if (complaint === null) expect(said).toBe(null);
    else expect(said).toContain(complaint);
  });
});

test('random histories are judged as by the definition, by the search alone, too', () => {
  const tally = judgeSequential(3000);
  expect(tally['true']).toBeGreaterThan(1500);
  expect(tally['weaker-models']).toBeGreaterThan(300);
  expect(tally['necessary-order']).toBeGreaterThan(20);
  expect(tally['search none after failures']).toBeGreaterThan(50);
});
