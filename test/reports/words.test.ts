import { describe, expect, it } from 'vitest';
import { count, duration, moment, named, operation, outcome, shorten, value } from '../../reports/words.ts';
import type { Operation } from '../../src/history/operation.ts';

const invoke = (f: string, asked: Operation['value']): Operation => {
  return { index: 0, process: 1, type: 'invoke', f, value: asked, time: 0 };
};
const ok = (f: string, got: Operation['value']): Operation => ({ ...invoke(f, got), index: 1, type: 'ok' });
const lost: Operation = { ...invoke('read', null), type: 'info', error: 'timeout' };

describe('words', () => {
  it('writes operations as the field does', () => {
    expect(operation(invoke('read', null), ok('read', 4))).toBe('read → 4');
    expect(operation(invoke('read', null), ok('read', null))).toBe('read → null');
    expect(operation(invoke('write', 7), ok('write', 7))).toBe('write 7');
    expect(operation(invoke('write', 7), ok('write', null))).toBe('write 7');
    expect(operation(invoke('cas', [3, 4]), ok('cas', [3, 4]))).toBe('cas 3→4');
    expect(operation(invoke('read', null), ok('read', [1, 2, 3]))).toBe('read → [1 2 3]');
    expect(operation(invoke('append', 5), ok('append', [4, 5]))).toBe('append 5 → [4 5]');
    expect(operation({ ...invoke('read', null), key: 'x' }, ok('read', 4), true)).toBe('read x → 4');
    expect(operation({ ...invoke('cas', [3, 4]), key: 'x' }, null, true)).toBe('cas x 3→4');
    const asked = [
      ['r', 'x', null],
      ['w', 'y', 2],
    ];
    const done = [
      ['r', 'x', 1],
      ['w', 'y', 2],
    ];
    expect(operation(invoke('txn', asked), ok('txn', done))).toBe('r x → 1, w y 2');
    expect(operation(invoke('txn', asked), null)).toBe('r x → ?, w y 2');
  });

  it('does not take what was asked for what was answered', () => {
    expect(operation(invoke('read', null), null)).toBe('read → ?');
    expect(operation(invoke('read', null), lost)).toBe('read → ?');
    expect(operation(invoke('write', 7), lost)).toBe('write 7');
  });

  it('says what became of an operation', () => {
    expect(outcome(lost)).toBe('unknown: timeout');
    expect(outcome({ ...lost, type: 'fail' })).toBe('failed: timeout');
    expect(outcome(null)).toBe('no answer before the end');
  });

  it('quotes a string that could be taken for something else', () => {
    expect([value('abc'), value('a b'), value(''), value('[1 2]')]).toEqual(['abc', '"a b"', '""', '"[1 2]"']);
  });

  it('writes times with their units', () => {
    expect([8.5e5, 3.44e6, 1e9, 12.4e9, 125e9].map(duration)).toEqual(['850 µs', '3.4 ms', '1 s', '12 s', '2 min 5 s']);
    expect(moment(12.3456e9)).toBe('12.346 s');
    expect(moment(12.3456e9, 1e8)).toBe('12.3 s');
    expect(named('recoveredAfterMs', 40)).toEqual(['recovered after', '40 ms']);
    expect(named('startTime', 1.5e9)).toEqual(['start time', '1.500 s']);
    expect(named('atomic', 1200)).toEqual(['atomic', '1,200']);
  });

  it('counts in singular and plural', () => {
    expect([count(1, 'key'), count(0, 'key'), count(6012, 'key')]).toEqual(['1 key', '0 keys', '6,012 keys']);
  });

  it('marks what it cuts, and cuts no character in two', () => {
    expect(shorten('abcdef', 4)).toBe('abc…');
    expect(shorten('abcd', 4)).toBe('abcd');
    expect(shorten('😀😀😀', 2)).toBe('😀…');
  });
});
