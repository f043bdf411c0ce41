import { describe, expect, test } from 'vitest';
import { streaming } from '../../../checkers/linearizable/streaming.ts';
import { appendList } from '../../../checkers/models/append-list.ts';
import { register } from '../../../checkers/models/register.ts';
import type { Model } from '../../../checkers/models/model.ts';
import type { History } from '../../../src/history/operation.ts';
import { random } from '../../../src/random.ts';
import { isLinearizable } from '../brute-force.ts';
import { history, type Line } from '../build.ts';
import { rounds } from '../rounds.ts';
import { kinds } from './kinds.ts';

const stale = history(
  [0, 'invoke', 'write', 1],
  [0, 'ok', 'write', 1],
  ['nemesis', 'invoke', 'partition'],
  [0, 'invoke', 'write', 2],
  [0, 'ok', 'write', 2],
  [1, 'invoke', 'read'],
  [1, 'ok', 'read', 1],
  [0, 'invoke', 'write', 3],
);

/** Time enough for everything. */
const patient = { share: 1e6, now: ticking() };

function ticking(): () => number {
  let now = 0;
  return () => (now += 1e-3);
}

describe('a streaming check', () => {
  test('finds a violation as soon as it has returned, and says the same from then on', () => {
    const check = streaming(register, patient);
    const found = stale.map((operation) => {
      check.record(operation);
      return check.check();
    });
    expect(found.slice(0, 6)).toEqual([null, null, null, null, null, null]);
    expect(found[6]).toMatchObject({
      key: 'x',
      completion: 6,
      invocation: 5,
      explanation:
        'process 1 read x = 1, but 1 had been overwritten by 2 (process 0) before that read began; possible was 2',
    });
    expect(found[6]?.method).toBe('register-zones');
    expect(found[7]).toBe(found[6]);
    // Also when another key fails, even before.
    for (const operation of history([5, 'invoke', 'read', null, { key: 'y' }], [5, 'ok', 'read', 7, { key: 'y' }])) {
      check.record(operation);
    }
    expect(check.check()).toBe(found[6]);
  });

  test('tells what returned, and how much of it was checked', () => {
    const check = streaming(register, patient);
    const progress: number[][] = [];
    for (const operation of stale.slice(0, 6)) {
      check.record(operation);
      check.check();
      const { returned, checked } = check.progress();
      progress.push([returned, checked]);
    }
    expect(progress).toEqual([
      [0, 0],
      [1, 1],
      [1, 1],
      [1, 1],
      [2, 2],
      [2, 2],
    ]);
  });

  test('checks the key with the most news first, and others when there is time again', () => {
    let now = 0;
    const slow: Model<unknown> = {
      ...(register as Model<unknown>),
      step(state, operation) {
        now += 10;
        return register.step(state as null, operation);
      },
    };
    const { family: _family, ...general } = slow;
    const check = streaming(general, { share: 0.05, now: () => now });
    const write = (key: string, times: number): void => {
      for (let i = 0; i < times; i++) {
        for (const operation of history([0, 'invoke', 'write', i, { key }], [0, 'ok', 'write', i, { key }])) {
          check.record(operation);
        }
      }
    };
    const checkedAfter = (ms: number): number => {
      now += ms;
      expect(check.check()).toBeNull();
      return check.progress().checked;
    };
    // As yet there is no time at all.
    write('a', 1);
    write('b', 3);
    write('c', 2);
    expect(checkedAfter(0)).toBe(0);
    expect(checkedAfter(100)).toBe(3);
    // What that took is more than its share, and has to be made up for.
    expect(check.progress().spentMs).toBeGreaterThan(5);
    expect(checkedAfter(100)).toBe(3);
    expect(checkedAfter(10_000)).toBe(6);
    expect(check.progress().returned).toBe(6);
  });

  test.each(['register', 'list'] as const)(
    'finds a violation of random histories of a %s in the shortest prefix that fails, and no other',
    (name) => {
      const { make, step, model } = kinds[name];
      const split = { valid: 0, invalid: 0 };
      for (let seed = 0; seed < rounds(600); seed++) {
        // What fails in the end is open until then: leave it out, so that all prefixes are of the same operations.
        const lines = withoutFailures(make(random(seed, 'streaming'), seed));
        const check = streaming(model, { share: 1e6, now: ticking() });
        let completion: number | null = null;
        for (const operation of lines) {
          check.record(operation);
          completion ??= check.check()?.completion ?? null;
        }
        let end = 0;
        while (end <= lines.length && isLinearizable(step, lines.slice(0, end))) end++;
        expect(completion, `seed ${seed}`).toBe(end > lines.length ? null : end - 1);
        split[completion === null ? 'valid' : 'invalid']++;
      }
      expect(Math.min(split.valid, split.invalid)).toBeGreaterThan(rounds(600) / 6);
    },
  );

  test('starts anew from where only one state is possible', () => {
    let steps = 0;
    const counted: Model<unknown> = {
      name: 'counted',
      init: 0,
      step(state, { f, input, output }) {
        steps++;
        if (f === 'read') return state === output ? state : counted.init;
        return input;
      },
      observes: ({ f }) => f === 'read',
    };
    const check = streaming(counted, patient);
    const write = (i: number): History => history([0, 'invoke', 'write', i], [0, 'ok', 'write', i]);
    const stepsFor = (i: number): number => {
      const before = steps;
      for (const operation of write(i)) check.record(operation);
      check.check();
      return steps - before;
    };
    const first = stepsFor(1);
    for (let i = 2; i < 100; i++) expect(stepsFor(i)).toBeLessThanOrEqual(first);
  });

  test('spends no more than its share of the time', () => {
    let now = 0;
    const slow: Model<unknown> = {
      ...(register as Model<unknown>),
      step(state, operation) {
        now += 0.02;
        return register.step(state as null, operation);
      },
    };
    const { family: _family, ...general } = slow;
    const check = streaming(general, { share: 0.05, now: () => now });
    for (let i = 0; i < 2000; i++) {
      // Always something open, so that nothing is ever settled.
      const lines: Line[] = [
        [2 * i, 'invoke', 'write', i],
        ...(i === 0 ? [] : [[2 * i - 2, 'ok', 'write', i - 1] as Line]),
      ];
      for (const operation of history(...lines)) check.record(operation);
      now += 5;
      expect(check.check()).toBe(null);
    }
    const { spentMs, checked } = check.progress();
    expect(spentMs).toBeLessThan(0.05 * now + 40);
    expect(checked).toBeGreaterThan(200);
  });

  test('leaves what the model does not know to the check at the end', () => {
    const check = streaming(appendList, patient);
    for (const operation of history([0, 'invoke', 'cas', 1], [0, 'ok', 'cas', 1])) check.record(operation);
    expect(check.check()).toBe(null);
  });

  test('refuses what is no history', () => {
    const check = streaming(register);
    expect(() => {
      for (const operation of history([0, 'ok', 'write', 1])) check.record(operation);
    }).toThrow(RangeError);
  });
});

function withoutFailures(lines: History): History {
  const failed = lines.filter(({ type, f, error }) => type === 'fail' && (f !== 'cas' || error === 'refused'));
  const dropped = new Set(
    failed.flatMap(({ process, index }) => [
      index,
      lines.findLast((line) => line.process === process && line.type === 'invoke' && line.index < index)?.index,
    ]),
  );
  return lines.filter(({ index }) => !dropped.has(index)).map((line, index) => ({ ...line, index }));
}
