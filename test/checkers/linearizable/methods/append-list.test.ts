import { describe, expect, test } from 'vitest';
import { appendListPrefixes } from '../../../../checkers/linearizable/methods/append-list.ts';
import { appendList } from '../../../../checkers/models/append-list.ts';
import { complete } from '../../../../checkers/models/model.ts';
import { history, type Line } from '../../build.ts';
import { rounds } from '../../rounds.ts';
import { distinctElements, fromInit, repeatedElements } from './append-list-trial.ts';
import { judge, onlyPart } from './judge-method.ts';

const count = rounds(3000);

test.each([
  ['distinct elements', distinctElements],
  ['a list that holds something at first', fromInit],
])('random histories are decided, all of them, as by the definition: %s', (name, trial) => {
  const { valid, invalid, inapplicable, cores } = judge(trial, count, name);
  expect(Math.min(valid, invalid)).toBeGreaterThan(count / 5);
  expect(inapplicable).toBe(0);
  expect(cores).toBe(invalid);
});

test('where elements are appended twice, what is decided is right', () => {
  const { invalid, inapplicable } = judge(repeatedElements, count, 'repeated elements');
  expect(Math.min(invalid, inapplicable)).toBeGreaterThan(count / 10);
});

const model = complete(appendList);

function decide(...lines: readonly Line[]) {
  const part = onlyPart(model, history(...lines));
  if (part === null) throw new Error('nothing to decide');
  const answer = appendListPrefixes.decide(model, part);
  if (answer.kind === 'inapplicable') return answer.why;
  return answer.kind === 'valid' ? [...answer.witness()] : { core: answer.core };
}

describe('by hand', () => {
  test('what was never read comes last, and an append of unknown outcome that was not read is left out', () => {
    const verdict = decide(
      [0, 'invoke', 'append', 1],
      [1, 'invoke', 'append', 2],
      [2, 'invoke', 'append', 3],
      [3, 'invoke', 'read'],
      [0, 'ok', 'append', 1],
      [3, 'ok', 'read', [3]],
    );
    expect(verdict).toEqual([2, 3, 0]);
  });

  test('of reads that differ, the two shortest tell it, with the appends that they show', () => {
    const verdict = decide(
      [0, 'invoke', 'append', 1],
      [1, 'invoke', 'append', 2],
      [2, 'invoke', 'append', 3],
      [3, 'invoke', 'read'],
      [3, 'ok', 'read', [2, 1, 3]],
      [3, 'invoke', 'read'],
      [3, 'ok', 'read', [2]],
      [3, 'invoke', 'read'],
      [3, 'ok', 'read', [1, 3]],
    );
    expect(verdict).toEqual({ core: [0, 1, 2, 4, 5] });
  });

  test('two appends can not be in the order in which a read shows them if the second was over before the first', () => {
    const verdict = decide(
      [0, 'invoke', 'append', 2],
      [0, 'ok', 'append', 2],
      [0, 'invoke', 'append', 1],
      [0, 'ok', 'append', 1],
      [1, 'invoke', 'read'],
      [1, 'ok', 'read', [1, 2]],
    );
    expect(verdict).toEqual({ core: [0, 1, 2] });
  });

  test('an append that was over before one that was read comes before it, so that it should have been read, too', () => {
    const verdict = decide(
      [1, 'invoke', 'read'],
      [0, 'invoke', 'append', 2],
      [0, 'ok', 'append', 2],
      [0, 'invoke', 'append', 1],
      [0, 'ok', 'append', 1],
      [1, 'ok', 'read', [1]],
    );
    expect(verdict).toEqual({ core: [0, 1, 2] });
  });

  test('a list that is read is a list', () => {
    expect(decide([0, 'invoke', 'read'], [0, 'ok', 'read', ''])).toEqual({ core: [0] });
  });

  test('elements that are equal as JSON are one', () => {
    const lines: readonly Line[] = [
      [0, 'invoke', 'append', { a: 1, b: [2] }],
      [0, 'ok', 'append'],
      [0, 'invoke', 'read'],
      [0, 'ok', 'read', [{ b: [2], a: 1 }]],
    ];
    expect(decide(...lines)).toEqual([0, 1]);
    const longer: readonly Line[] = [
      [0, 'invoke', 'append', 3],
      [1, 'invoke', 'read'],
      [1, 'ok', 'read', [{ a: 1, b: [2] }, 3]],
    ];
    expect(decide(...lines, ...longer)).toEqual([0, 1, 2, 3]);
    expect(decide(...lines, [0, 'invoke', 'append', { b: [2], a: 1 }])).toBe('an element was appended twice');
  });
});
