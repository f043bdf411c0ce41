import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonical } from '../../src/history/json.ts';
import type { Json } from '../../src/history/operation.ts';
import { hashBytes, textTable } from '../../src/history/text-table.ts';
import { valueTable } from '../../src/history/value-table.ts';
import { values } from './generated.ts';

describe('numbers of values', () => {
  test('are the same exactly for equal values, in the order in which they come', () => {
    const integers = fc.oneof(fc.nat(50), fc.nat(100_000), fc.integer(), fc.maxSafeInteger());
    fc.assert(
      fc.property(fc.array(fc.oneof(integers, integers, values), { maxLength: 300 }), (all) => {
        const table = valueTable();
        const known: Json[] = [null];
        for (const value of [...all, ...all]) {
          const text = canonical(value);
          let expected = known.findIndex((other) => canonical(other) === text);
          if (expected < 0) expected = known.push(value) - 1;
          expect(table.of(value)).toBe(expected);
          if (Number.isSafeInteger(value)) expect(table.integer(value as number)).toBe(expected);
          expect(table.text(text, (spelled) => JSON.parse(spelled) as Json)).toBe(expected);
        }
        expect(table.all).toEqual(known);
      }),
      { numRuns: 100 },
    );
  });

  test('survive that integers become dense after they came in', () => {
    const table = valueTable();
    const far = table.integer(50_000);
    for (let i = 0; i < 40_000; i++) expect(table.integer(i)).toBe(i + 2);
    expect(table.integer(50_000)).toBe(far);
    expect(table.integer(50_001)).toBe(40_002);
    expect(table.integer(50_000)).toBe(far);
    expect(table.all.length).toBe(40_003);
  });

  test('zero has no sign', () => {
    const table = valueTable();
    expect(table.integer(-0)).toBe(table.of(0));
    expect(Object.is(table.all[1], 0)).toBe(true);
  });

  test('a text is parsed once', () => {
    const table = valueTable();
    let parsed = 0;
    const parse = (text: string): Json => {
      parsed++;
      return JSON.parse(text) as Json;
    };
    expect([table.text('[1, 2]', parse), table.text('[1, 2]', parse), table.of([1, 2])]).toEqual([1, 1, 1]);
    expect(parsed).toBe(1);
  });
});

describe('numbers of texts', () => {
  test('are found for exactly the texts that were added, also where hashes are equal', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { maxLength: 400 }), fc.constantFrom(1, 3, 2 ** 32), (texts, hashes) => {
        const table = textTable();
        const known = new Map<string, number>();
        texts.forEach((text, number) => {
          const bytes = Buffer.from(`..${text}..`);
          const hash = (hashBytes(bytes, 2, bytes.length - 2) % hashes) | 0;
          expect(table.find(bytes, 2, bytes.length - 2, hash)).toBe(-1);
          table.add(bytes, 2, bytes.length - 2, hash, number);
          known.set(text, number);
        });
        for (const [text, number] of known) {
          const bytes = Buffer.from(text);
          expect(table.find(bytes, 0, bytes.length, (hashBytes(bytes, 0, bytes.length) % hashes) | 0)).toBe(number);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('are not kept for long texts', () => {
    const table = textTable();
    const bytes = Buffer.alloc(300, 'a');
    expect(table.add(bytes, 0, 255, 1, 7)).toBe(7);
    expect(table.add(bytes, 0, 256, 2, 8)).toBe(8);
    expect([table.find(bytes, 0, 255, 1), table.find(bytes, 0, 256, 2)]).toEqual([7, -1]);
  });
});
