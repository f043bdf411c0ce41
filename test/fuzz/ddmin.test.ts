import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ddmin } from '../../src/fuzz/shrink/ddmin.ts';

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

describe('ddmin', () => {
  it('finds exactly the items that it takes, whatever they are and wherever they stand', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 60 }),
        fc.array(fc.nat(59), { maxLength: 5 }),
        async (count, wanted) => {
          const needed = new Set(wanted.filter((item) => item < count));
          const fails = async (items: readonly number[]) => [...needed].every((item) => items.includes(item));
          expect(new Set(await ddmin(numbers(count), fails))).toEqual(needed);
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });

  it('leaves nothing that could be left out by itself, also where items depend on each other in odd ways', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 30 }), fc.nat(), async (count, salt) => {
        // True of the whole, and of sublists as a hash says.
        const fails = async (items: readonly number[]) =>
          items.length === count || items.reduce((hash, item) => (hash * 31 + item * salt) % 1009, 7) % 3 === 0;
        const least = await ddmin(numbers(count), fails);
        expect(await fails(least)).toBe(true);
        for (const item of least) expect(await fails(least.filter((other) => other !== item))).toBe(false);
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  it('takes few tries: 3 of 1,000 within 150', async () => {
    let tries = 0;
    const least = await ddmin(numbers(1000), async (items) => {
      tries++;
      return [17, 500, 501].every((item) => items.includes(item));
    });
    expect(least).toEqual([17, 500, 501]);
    expect(tries).toBeLessThan(150);
  });

  it('stops when it is told to, with something that fails', async () => {
    let tries = 0;
    const fails = async (items: readonly number[]) => {
      tries++;
      return items.includes(3);
    };
    const least = await ddmin(numbers(100), fails, () => tries >= 4);
    expect(least).toContain(3);
    expect(tries).toBe(4);
  });
});
