import { describe, expect, test } from 'vitest';
import { setByElement, setChain } from '../../../../checkers/linearizable/methods/set.ts';
import { setOperations } from '../../../../checkers/linearizable/methods/set-operations.ts';
import { searchElements } from '../../../../checkers/linearizable/methods/set-searched.ts';
import { complete } from '../../../../checkers/models/model.ts';
import { set } from '../../../../checkers/models/set.ts';
import { history, type Line } from '../../build.ts';
import { rounds } from '../../rounds.ts';
import { judge, onlyPart } from './judge-method.ts';
import { byElement, growing, mixed } from './set-trial.ts';

const count = rounds(1500);

describe('random histories are decided, all of them, as by the definition', () => {
  test.each([
    ...byElement.map(([name, trial]) => ['by element', name, trial] as const),
    ...growing.map(([name, trial]) => ['growing', name, trial] as const),
  ])('%s, %s', (kind, name, trial) => {
    const { valid, invalid, inapplicable, cores } = judge(trial, count, `${kind}, ${name}`);
    expect(Math.min(valid, invalid)).toBeGreaterThan(count / 5);
    expect(inapplicable).toBe(0);
    expect(cores).toBe(invalid);
  });
});

test('where elements are removed and the whole set is read, what is found wrong is wrong', () => {
  const { valid, invalid, inapplicable } = judge(mixed, count, 'mixed');
  expect(Math.min(invalid, inapplicable)).toBeGreaterThan(count / 5);
  // Those in which nobody happens to read, or to remove.
  expect(valid).toBeGreaterThan(0);
});

const model = complete(set);

function decide(...lines: readonly Line[]) {
  const part = onlyPart(model, history(...lines));
  if (part === null) throw new Error('nothing to decide');
  for (const method of [setChain, setByElement]) {
    const answer = method.decide(model, part);
    if (answer.kind === 'valid') return [...answer.witness()];
    if (answer.kind === 'invalid') return { core: answer.core };
  }
  return 'inapplicable';
}

test('a search of an element that takes too long is given up', () => {
  const calls = ['add', 'contains', 'remove'];
  const lines = Array.from({ length: 30_000 }, (_, i): Line => {
    const f = calls[(i >> 1) % calls.length] ?? '';
    return [0, i % 2 === 0 ? 'invoke' : 'ok', f, f === 'contains' && i % 2 === 1 ? true : 1];
  });
  const part = onlyPart(model, history(...lines));
  const operations = part === null ? null : setOperations(part, model.init);
  if (operations === null || 'strange' in operations) throw new Error('nothing to search');
  expect(searchElements(model, operations, new Set([0]), 0).kind).toBe('stopped');
  expect(searchElements(model, operations, new Set([0]), 1000).kind).toBe('valid');
});

describe('by hand', () => {
  test('two reads that each lack what the other has are not in one order', () => {
    // The third read has nothing to do with it.
    const verdict = decide(
      [0, 'invoke', 'add', 1],
      [1, 'invoke', 'add', 2],
      [2, 'invoke', 'read'],
      [2, 'ok', 'read', [1]],
      [2, 'invoke', 'read'],
      [2, 'ok', 'read', [2]],
      [2, 'invoke', 'read'],
      [2, 'ok', 'read', [2, 1]],
    );
    expect(verdict).toEqual({ core: [0, 1, 2, 3] });
  });

  test('an add of unknown outcome that was read has happened, and one that was not may be left out', () => {
    const verdict = decide(
      [0, 'invoke', 'add', 1],
      [1, 'invoke', 'add', 2],
      [2, 'invoke', 'read'],
      [2, 'ok', 'read', [2]],
    );
    expect(verdict).toEqual([1, 2]);
  });

  test('an add that returned before a read began can not be missed by it', () => {
    const verdict = decide([0, 'invoke', 'add', 1], [0, 'ok', 'add', 1], [1, 'invoke', 'read'], [1, 'ok', 'read', []]);
    expect(verdict).toEqual({ core: [0, 1] });
  });

  test('a read shows no element twice', () => {
    const verdict = decide(
      [0, 'invoke', 'add', 1],
      [0, 'ok', 'add', 1],
      [1, 'invoke', 'read'],
      [1, 'ok', 'read', [1, 1]],
    );
    expect(verdict).toEqual({ core: [0, 1] });
  });

  test.each([
    ['contains', 1, 'perhaps'],
    ['read', null, { 0: 1, length: 1 }],
  ])('a %s that answers what no set does is wrong', (f, input, answer) => {
    const verdict = decide([0, 'invoke', 'add', 1], [0, 'ok', 'add'], [0, 'invoke', f, input], [0, 'ok', f, answer]);
    expect(verdict).toEqual({ core: [1] });
  });

  test('an element can come and go between two tests that miss it, while a third one finds it', () => {
    const verdict = decide(
      [0, 'invoke', 'contains', 1],
      [1, 'invoke', 'add', 1],
      [2, 'invoke', 'remove', 1],
      [3, 'invoke', 'contains', 1],
      [3, 'ok', 'contains', false],
      [0, 'ok', 'contains', true],
      [3, 'invoke', 'contains', 1],
      [3, 'ok', 'contains', false],
    );
    expect(verdict).toEqual([3, 1, 0, 2, 4]);
  });

  test('elements that are equal as JSON are one', () => {
    const verdict = decide(
      [0, 'invoke', 'add', { a: 1, b: [2] }],
      [0, 'ok', 'add'],
      [0, 'invoke', 'read'],
      [0, 'ok', 'read', [{ b: [2], a: 1 }]],
    );
    expect(verdict).toEqual([0, 1]);
  });
});
