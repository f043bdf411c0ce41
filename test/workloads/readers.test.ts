import { describe, expect, it } from 'vitest';
import { isReader } from '../../src/workloads/readers.ts';

const readersOf = (seed: number, concurrency: number, readers?: number): number => {
  const mix = readers === undefined ? {} : { readers };
  const threads = Array.from({ length: concurrency }, (_, thread) => thread);
  return threads.filter((thread) => isReader({ seed, concurrency, nodes: ['n1'], mix }, thread)).length;
};

describe('threads that only read', () => {
  it('are about as many as the mix asks for, none where it does not, and never all', () => {
    const counts = Array.from({ length: 200 }, (_, seed) => readersOf(seed, 11, 0.5));
    expect(counts.reduce((sum, count) => sum + count, 0) / counts.length).toBeCloseTo(5, 0);
    expect(new Set(counts).size).toBeGreaterThan(5);
    expect(readersOf(1, 11)).toBe(0);
    for (let seed = 0; seed < 50; seed++) {
      expect(readersOf(seed, 4, 1)).toBe(3);
      expect(readersOf(seed, 1, 1)).toBe(0);
    }
  });

  it('are the same whenever asked, and the nemesis is none', () => {
    expect(readersOf(7, 9, 0.4)).toBe(readersOf(7, 9, 0.4));
    expect(isReader({ seed: 1, concurrency: 3, nodes: ['n1'], mix: { readers: 1 } }, 'nemesis')).toBe(false);
  });
});
