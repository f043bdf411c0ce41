import { describe, expect, it } from 'vitest';
import { inColumns } from '../../reports/columns.ts';
import { pairs } from '../../src/history/pairs.ts';
import { r, sessions, w } from '../checkers/causal/cc-build.ts';

describe('columns', () => {
  const calls = pairs(sessions([w('x', 1), w('x', 2)], [r('x', 1), w('y', 1)], [r('y', 1)]));
  const call = (process: number, place: number) => {
    const found = calls.filter(({ invocation }) => invocation.process === process)[place];
    if (found === undefined) throw new Error('no such operation');
    return found;
  };
  const learned = (from: readonly [number, number], to: readonly [number, number]) => {
    return { from: call(...from), to: call(...to), kind: 'learned' as const };
  };

  it('put each operation right of all that it knew of, and what is alike in that in one place', () => {
    const { of, width } = inColumns(calls, [learned([0, 0], [1, 0]), learned([1, 1], [2, 0])], () => 50);
    const at = (process: number, place: number): number => of.get(call(process, place).invocation.index) ?? -1;
    expect(at(0, 1)).toBe(at(1, 0));
    expect(at(0, 0)).toBeLessThan(at(1, 0));
    expect(at(1, 0)).toBeLessThan(at(1, 1));
    expect(at(1, 1)).toBeLessThan(at(2, 0));
    for (const { invocation, completion } of calls) {
      expect((of.get(completion?.index ?? -1) ?? 0) - (of.get(invocation.index) ?? 0)).toBe(50);
      expect(of.get(completion?.index ?? -1)).toBeLessThan(width);
    }
  });

  it('leave bars of a lane apart, whatever is learned from whom, also in a circle', () => {
    const { of } = inColumns(calls, [learned([0, 0], [1, 0]), learned([1, 1], [0, 0])], () => 50);
    const at = (process: number, place: number): number => of.get(call(process, place).invocation.index) ?? -1;
    expect(at(0, 1)).toBeGreaterThan(at(0, 0) + 50);
    expect(at(1, 1)).toBeGreaterThan(at(1, 0) + 50);
  });

  it('are not moved by orders, only by what was learned', () => {
    const ordered = { from: call(0, 1), to: call(2, 0), kind: 'ordered' as const };
    expect(inColumns(calls, [ordered], () => 50).of).toEqual(inColumns(calls, [], () => 50).of);
  });
});
