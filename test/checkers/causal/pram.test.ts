import { describe, expect, test } from 'vitest';
import type { ModelVerdict } from '../../../checkers/causal/patterns.ts';
import { checkPRAM } from '../../../checkers/causal/pram.ts';
import { columnsOf } from '../../../src/history/columns-builder.ts';
import { history } from '../build.ts';
import { columnsOfSessions, figure2, r, w, type Step } from './cc-build.ts';
import { analysed, judgeViews } from './cm-trial.ts';

const pram = (...lists: readonly (readonly Step[])[]): ModelVerdict =>
  checkPRAM(analysed(columnsOfSessions(...lists)).causal);

describe('PRAM', () => {
  test.each([
    ['a', true, 'it is CM'],
    ['b', false, 'what it takes to refute CM is all in po and what one session read'],
    ['c', false, 'one session saw x = 2, x = 1, x = 2'],
    ['d', true, 'it is CM'],
    ['e', true, 'that the writer of x = 2 knew of x = 1 does not matter to others'],
  ] as const)('figure 2 %s: %s, since %s', (...[name, valid]) => {
    expect(pram(...figure2[name]).valid).toBe(valid);
  });

  test('po + rf may have cycles: each process read what the other wrote later', () => {
    expect(pram([r('x', 1), w('y', 1)], [r('y', 1), w('x', 1)]).valid).toBe(true);
  });

  test('a process can not read what it will write', () => {
    expect(pram([r('x', 1), w('x', 1)])).toMatchObject({
      valid: false,
      violations: [{ pattern: 'CyclicHB', core: [1, 0], process: 0 }],
    });
  });

  test('writes of one process are seen in their order', () => {
    expect(pram([w('x', 1), w('y', 1)], [r('y', 1), r('x', null)])).toMatchObject({
      valid: false,
      violations: [{ pattern: 'WriteHBInitRead', core: [0, 3], process: 1 }],
    });
  });

  test('writes of two processes may be seen in different orders', () => {
    expect(pram([w('x', 1)], [w('x', 2)], [r('x', 1), r('x', 2)], [r('x', 2), r('x', 1)]).valid).toBe(true);
  });

  test('a value that nobody wrote, or that a failed write had, is not explained', () => {
    expect(pram([r('x', 9)]).violations[0]?.pattern).toBe('ThinAirRead');
    expect(pram([w('x', 1, 'fail')], [r('x', 1)]).violations[0]?.pattern).toBe('AbortedRead');
  });

  test('a write of unknown outcome may take effect late, but not before what its process had written', () => {
    expect(pram([w('x', 1), w('x', 2, 'info'), r('x', 1), r('x', 2)]).valid).toBe(true);
    expect(pram([w('y', 1), w('x', 2, 'info')], [r('x', 2), r('y', null)]).valid).toBe(false);
  });
});

test('an operation of unknown outcome that was seen has itself seen what its process did before', () => {
  // The cas from null comes after the write of 1; that its process goes on changes nothing for it.
  const { causal } = analysed(
    columnsOf(
      history(
        [0, 'invoke', 'write', 1],
        [0, 'ok', 'write', 1],
        [0, 'invoke', 'cas', [null, 2]],
        [0, 'info', 'cas', [null, 2]],
        [0, 'invoke', 'read'],
        [0, 'ok', 'read', 2],
      ),
    ),
  );
  expect(checkPRAM(causal)).toMatchObject({ valid: false, violations: [{ pattern: 'WriteHBInitRead', core: [0, 1] }] });
});

test('random histories are judged as by the definition', () => {
  const tally = judgeViews('PRAM', 3000);
  expect(tally['true']).toBeGreaterThan(1500);
  expect(tally['CyclicHB']).toBeGreaterThan(80);
  expect(tally['WriteHBInitRead']).toBeGreaterThan(200);
});
