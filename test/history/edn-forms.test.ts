import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/history/operation.ts';
import { form, needMore, skipSpace, type Cursor } from '../../src/history/readers/edn-forms.ts';

const cursorOn = (text: string, last = true): Cursor => {
  const bytes = Buffer.from(text);
  return { bytes, at: 0, end: bytes.length, last };
};

const parse = (text: string): Json => {
  const cursor = cursorOn(text);
  const value = form(cursor, 'a form', 0);
  skipSpace(cursor);
  expect(cursor.at).toBe(cursor.end);
  return value;
};

describe('forms as JSON', () => {
  test.each<readonly [string, Json]>([
    ['nil', null],
    ['true', true],
    ['false', false],
    ['nilly', 'nilly'],
    ['0', 0],
    ['-0', 0],
    ['+7', 7],
    ['-42', -42],
    ['42N', 42],
    ['0x1F', 31],
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', { integer: '9007199254740993' }],
    ['-9223372036854775808', { integer: '-9223372036854775808' }],
    ['+18446744073709551617N', { integer: '18446744073709551617' }],
    ['1.5', 1.5],
    ['-1.50e-3', -0.0015],
    ['1e3', 1000],
    ['-0.0', 0],
    ['1.10M', 1.1],
    ['0.1000000000000000055511151231257827M', { decimal: '0.1000000000000000055511151231257827' }],
    ['0M', 0],
    ['22/7', { ratio: '22/7' }],
    ['##Inf', { float: 'Inf' }],
    ['##-Inf', { float: '-Inf' }],
    ['##NaN', { float: 'NaN' }],
    ['""', ''],
    ['"a\\n\\"\\\\\\t\\u00e9é\n"', 'a\n"\\\té\u00e9\n'.replace('é\u00e9', '\u00e9é')],
    ['\\a', 'a'],
    ['\\newline', '\n'],
    ['\\u00e9', 'é'],
    ['\\)', ')'],
    ['[\\a \\space]', ['a', ' ']],
    [':read', 'read'],
    [':a.b/c-d?', 'a.b/c-d?'],
    [':1', '1'],
    ['sym', 'sym'],
    ['-', '-'],
    ['-sym', '-sym'],
    ['/', '/'],
    ['a.b$c', 'a.b$c'],
    ['[]', []],
    ['[1,2 ,3]', [1, 2, 3]],
    ['(1 "a" [nil])', [1, 'a', [null]]],
    ['{}', {}],
    ['{:a 1, "b" 2 c 3 4 5 [6] 7}', { a: 1, b: 2, c: 3, '4': 5, '[6]': 7 }],
    ['{:__proto__ 1}', JSON.parse('{"__proto__":1}') as Json],
    ['#{3 10 2}', [2, 3, 10]],
    ['#{"b" :a nil}', ['a', 'b', null]],
    ['#{}', []],
    ['#inst "2020-01-01"', '2020-01-01'],
    ['#my/tag [1]', [1]],
    ['#jepsen.history.Op{:index 0}', { index: 0 }],
    ['#:a.b{:c 1 :d/e 2 "f" 3}', { 'a.b/c': 1, 'd/e': 2, f: 3 }],
    ['#object[java.lang.Object 0x1f "x"]', ['java.lang.Object', 31, 'x']],
    ['[1 #_ 2 3]', [1, 3]],
    ['[1 #_ #_ 2 3 4]', [1, 4]],
    ['[1 #_[2 {:a 3}]]', [1]],
    ['{:a #_ no 1}', { a: 1 }],
    ['[1 ; one\n 2;two\n]', [1, 2]],
    [' , \t\r\n 1', 1],
    ['[1]; end', [1]],
  ])('%s', (text, expected) => {
    expect(parse(text)).toEqual(expected);
  });

  test('equal sets are equal', () => {
    const shuffled = fc
      .uniqueArray(fc.integer(), { maxLength: 8 })
      .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        expect(parse(`#{${one.join(' ')}}`)).toEqual(parse(`#{${other.join(' ')}}`));
      }),
    );
  });
});

test('a form that may go on asks for more, and a whole one does not', () => {
  const text = '{:a [1 -2.5 "b\\n" #{nil} #t x] :é \\c, #_ 5 k ; end\n #:n{:m 10} }';
  const bytes = Buffer.from(text);
  for (let end = 0; end < bytes.length; end++) {
    const cursor = { bytes, at: 0, end, last: false };
    expect(() => form(cursor, 'a form', 0)).toThrow(needMore);
  }
  expect(form({ bytes, at: 0, end: bytes.length, last: false }, 'a form', 0)).toEqual(parse(text));
});
