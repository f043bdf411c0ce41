import { describe, expect, test } from 'vitest';
import { checkSessions, type SessionVerdict } from '../../../checkers/causal/sessions.ts';
import { columnsOfSessions, figure2, r, w, type Step } from './cc-build.ts';
import { analysed, judgeSessions } from './cm-trial.ts';

const verdicts = (...lists: readonly (readonly Step[])[]): readonly SessionVerdict[] =>
  checkSessions(analysed(columnsOfSessions(...lists)).causal);

/** The guarantees that are violated, strictly in capitals and graded in small letters. */
const violated = (...lists: readonly (readonly Step[])[]): string =>
  verdicts(...lists)
    .filter(({ valid }) => valid === false)
    .map(({ model, mode }) => (mode === 'strict' ? model : model.toLowerCase()))
    .join(' ');

describe('session guarantees', () => {
  test('RYW: the initial value, after the own write', () => {
    expect(violated([w('x', 1), r('x', null)])).toBe('RYW ryw');
  });

  test('MR: the initial value, after that of another', () => {
    expect(violated([w('x', 1)], [r('x', 1), r('x', null)])).toBe('MR mr');
  });

  test('MW: y = 1 was written after x = 1, so who read it must see x', () => {
    expect(violated([w('x', 1), w('y', 1)], [r('y', 1), r('x', null)])).toBe('MW mw');
  });

  test('WFR: y = 1 was written by one who had read x = 1', () => {
    expect(violated([w('x', 1)], [r('x', 1), w('y', 1)], [r('y', 1), r('x', null)])).toBe('WFR wfr');
  });

  test('strict MR: two readers saw the same two writes in different orders; graded, neither write is the older', () => {
    expect(violated([w('x', 1)], [w('x', 2)], [r('x', 1), r('x', 2)], [r('x', 2), r('x', 1)])).toBe('MR');
  });

  test('strict RYW: each puts its own write before that of the other', () => {
    expect(violated(...figure2.a)).toBe('RYW');
  });

  test('strict RYW by an older write of the own: x = 1, x = 2 before 3; and 3 before 1 by the other', () => {
    expect(violated([w('x', 1), w('x', 2), r('x', 3)], [w('x', 3), r('x', 1)])).toBe('RYW');
  });

  test('graded RYW only: x = 2 was written by one who knew x = 1, but an order of versions could put it before', () => {
    expect(violated([w('x', 1)], [r('x', 1), w('x', 2), r('x', 1)])).toBe('ryw');
  });

  test('a violation has the path that makes the write known, and what it would have had to overwrite', () => {
    const [, , , , mw] = verdicts([w('x', 1), w('x', 2), w('y', 1)], [r('y', 1), r('x', 1)]);
    // Rows: x = 1, read y, x = 2, read x, y = 1.
    expect(mw?.violations).toEqual([
      {
        pattern: 'MonotonicWrites',
        key: 'x',
        core: [0, 2, 3],
        process: 1,
        repeats: 1,
        arrows: [
          { from: 2, to: 4, relation: 'po' },
          { from: 4, to: 1, relation: 'rf' },
          { from: 1, to: 3, relation: 'po' },
          { from: 0, to: 3, relation: 'rf' },
          { from: 2, to: 0, relation: 'vo', because: 3 },
          { from: 0, to: 2, relation: 'vo' },
        ],
      },
    ]);
  });

  test('on a cycle of po and rf, graded guarantees are unknown, strict ones are not', () => {
    const all = verdicts([r('x', 1), w('y', 1)], [r('y', 1), w('x', 1)]);
    expect(new Set(all.map(({ mode, valid }) => `${mode} ${valid}`))).toEqual(
      new Set(['strict true', 'graded unknown']),
    );
  });
});

test('random histories are judged as by the definition', () => {
  const tally = judgeSessions(3000);
  for (const model of ['RYW', 'MR', 'MW', 'WFR']) {
    for (const mode of ['strict', 'graded']) {
      expect(tally[`${model} ${mode} true`]).toBeGreaterThan(1500);
      expect(tally[`${model} ${mode} false`]).toBeGreaterThan(5);
    }
  }
});
