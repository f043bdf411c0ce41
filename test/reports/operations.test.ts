import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outcomeOf, quantile, rows, sample, sliceLength, slices, tally, type Call } from '../../reports/operations.ts';
import type { OperationType } from '../../src/history/operation.ts';

let index = 0;
function call(f: string, type: OperationType | 'open', startMs: number, tookMs: number): Call {
  const invocation = { index: index++, process: 0, type: 'invoke' as const, f, value: null, time: startMs * 1e6 };
  if (type === 'open') return { invocation, completion: null };
  return { invocation, completion: { ...invocation, index: index++, type, time: (startMs + tookMs) * 1e6 } };
}

describe('quantile', () => {
  it('is the nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, i) => i + 1);
    expect([0, 0.5, 0.95, 0.99, 1].map((q) => quantile(hundred, q))).toEqual([1, 50, 95, 99, 100]);
    expect(quantile([], 0.5)).toBeNaN();
  });

  it('has at least its share at or below it, and is the least such element', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 1 }), fc.double({ min: 0.01, max: 1, noNaN: true }), (some, q) => {
        const sorted = some.toSorted((a, b) => a - b);
        const x = quantile(sorted, q);
        const share = (limit: number): number => sorted.filter((y) => y <= limit).length / sorted.length;
        expect(share(x)).toBeGreaterThanOrEqual(q - 1e-12);
        expect(sorted.every((y) => y >= x || share(y) < q + 1e-12)).toBe(true);
      }),
    );
  });
});

describe('counts and slices', () => {
  const all = [
    call('read', 'ok', 0, 10),
    call('read', 'ok', 100, 30),
    call('read', 'info', 200, 1_000),
    call('write', 'fail', 900, 50),
    call('write', 'open', 950, 0),
    call('read', 'ok', 1_900, 200),
  ];

  it('counts by outcome', () => {
    expect(tally(all)).toEqual({ ok: 3, fail: 1, info: 1, open: 1 });
  });

  it('makes a row for each f, the most frequent first, with the latencies of ok operations only', () => {
    const [read, write] = rows(all);
    expect(read).toMatchObject({ f: 'read', counts: { ok: 3, info: 1 }, p50: 30e6, max: 200e6 });
    expect(write).toMatchObject({ f: 'write', counts: { fail: 1, open: 1 }, p50: Number.NaN });
  });

  it('puts a completion into the slice in which it came', () => {
    const [first, second, third] = slices(all, 2.1e9, 1e9);
    expect(first).toMatchObject({ counts: { ok: 2, fail: 1, info: 0 }, p50: 10e6, max: 30e6 });
    expect(second).toMatchObject({ counts: { ok: 0, info: 1 }, p50: Number.NaN });
    expect(third).toMatchObject({ counts: { ok: 1 }, p99: 200e6 });
  });

  it('cuts any time into a bounded number of slices of a round length', () => {
    expect(sliceLength(60e9, 80)).toBe(1e9);
    for (const endNs of [1, 5e8, 60e9, 3600e9, 1e15]) expect(endNs / sliceLength(endNs, 80)).toBeLessThanOrEqual(80);
  });
});

describe('sample', () => {
  const many = Array.from({ length: 9_000 }, (_, i) => call('read', i % 90 === 0 ? 'info' : 'ok', i, 1));

  it('keeps everything that is completed when there is room', () => {
    expect(sample([...many, call('read', 'open', 0, 0)], 9_000)).toHaveLength(9_000);
  });

  it('keeps within its limit, and the rare outcomes whole', () => {
    const some = sample(many, 1_000);
    expect(some.length).toBeLessThanOrEqual(1_000);
    expect(some.length).toBeGreaterThan(800);
    expect(some.filter((one) => outcomeOf(one) === 'info')).toHaveLength(100);
  });
});
