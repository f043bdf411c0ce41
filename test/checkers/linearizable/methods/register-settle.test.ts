import { describe, expect, test } from 'vitest';
import { registerZones } from '../../../../checkers/linearizable/methods/register-zones.ts';
import { unplaceable } from '../../../../checkers/linearizable/methods/register/unplaceable.ts';
import { complete } from '../../../../checkers/models/model.ts';
import { register } from '../../../../checkers/models/register.ts';
import type { Json } from '../../../../src/history/operation.ts';
import { history, type Line } from '../../build.ts';
import { rounds } from '../../rounds.ts';
import { onlyPart, type Trial } from './judge-method.ts';
import { cases, expectRight, nowhere } from './register-task.ts';
import { distinct, repeated } from './register-trial.ts';

const wrote = (value: Json): Line[] => [
  [0, 'invoke', 'write', value],
  [0, 'ok', 'write', value],
];
const read = (value: Json): Line[] => [
  [0, 'invoke', 'read'],
  [0, 'ok', 'read', value],
];
const refused = (from: Json): Line[] => [
  [0, 'invoke', 'cas', [from, 'never']],
  [0, 'fail', 'cas', [from, 'never'], { error: 'mismatch' }],
];
const times = (count: number, make: (i: number) => readonly Line[]): Line[] =>
  Array.from({ length: count }, (_, i) => make(i)).flat();

function decide(lines: readonly Line[]): 'valid' | 'inapplicable' | readonly number[] | undefined {
  const model = complete(register);
  const part = onlyPart(model, history(...lines));
  if (part === null) throw new Error('nothing to decide');
  const answer = registerZones.decide(model, part);
  return answer.kind === 'invalid' ? answer.core : answer.kind;
}

describe('where hardly anything says which write it saw', () => {
  const again = [...wrote('a'), ...wrote('a')];

  test('a hundred reads that do not are tried all the same', () => {
    expect(decide([...again, ...times(100, () => read('a'))])).toBe('valid');
    expect(decide([...again, ...times(101, () => read('a'))])).toBe('inapplicable');
  });

  test('so are three times as many as those that do', () => {
    const told = [...wrote(1), ...times(50, () => read(1))];
    expect(decide([...told, ...again, ...times(150, () => read('a'))])).toBe('valid');
    expect(decide([...told, ...again, ...times(151, () => read('a'))])).toBe('inapplicable');
  });

  test('cas that failed do not count', () => {
    expect(decide([...again, ...times(200, () => refused('b'))])).toBe('valid');
    expect(decide([...again, ...times(101, () => [...refused('b'), ...read('a')])])).toBe('inapplicable');
  });
});

describe('what has no place', () => {
  test.each<[string, Trial<Json>]>([
    ['values that come up again', repeated],
    ['chains of cas', distinct['chains of cas']],
    ['failing cas', distinct['failing cas']],
  ])('is told with the operations that leave none, and all that may have written what was read: %s', (name, trial) => {
    let told = 0;
    for (const one of cases(trial, rounds(1500), `nowhere, ${name}`)) {
      const { operations, told: atFirst, source } = one.task;
      for (const i of nowhere(one.task)) {
        if (operations.certain[i] === 0) continue;
        // What is settled on others by now does not matter.
        for (const other of one.task.loose) if (other !== i) source[other] = operations.count;
        const settled = unplaceable(one.task, i);
        expectRight(one, settled);
        if (settled.kind !== 'invalid' || settled.core === null) throw new Error(`seed ${one.seed}: no core`);
        expect(settled.core).toContain(i);
        const producers = [...operations.writes.keys()].filter((by) => operations.writes[by] === operations.found[i]);
        if ((operations.found[i] as number) >= 0) expect(settled.core).toEqual(expect.arrayContaining(producers));
        expect([...source]).toEqual([...atFirst]);
        told++;
      }
    }
    expect(told).toBeGreaterThan(rounds(1500) / 100);
  });

  test('by so many operations that they explain nothing is told without them', () => {
    const stale = (count: number) => [...times(count, () => wrote('a')), ...wrote('b'), ...read('a')];
    expect(decide(stale(62))).toEqual(Array.from({ length: 64 }, (_, i) => i));
    expect(decide(stale(63))).toBeUndefined();
  });
});
