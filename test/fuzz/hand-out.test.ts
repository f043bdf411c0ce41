import { describe, expect, it } from 'vitest';
import { handOut, seedsBetween } from '../../src/fuzz/hand-out.ts';
import type { Pool } from '../../src/fuzz/pool.ts';

/** Workers that run nothing; each assignment takes a turn of the event loop. */
function idle(jobs: number) {
  const assigned: (readonly number[])[] = [];
  let underWay = 0;
  let most = 0;
  const workers: Pool = {
    async assign(assignment) {
      if (assignment.kind !== 'seeds') throw new RangeError('only seeds are handed out');
      assigned.push(assignment.seeds);
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay--;
      if (assignment.seeds.includes(13)) throw new RangeError('seed 13 broke');
      return { kind: 'ran', results: [], tookMs: assignment.seeds.length };
    },
    end: () => Promise.resolve(),
  };
  return { workers, jobs, assigned, most: () => most };
}

const always = (): boolean => true;

describe('seeds are handed out', () => {
  it('in order, some at a time, to all workers at once', async () => {
    const { assigned, most, ...pool } = idle(2);
    let tookMs = 0;
    await handOut({ ...pool, seeds: seedsBetween(1, 10, new Set([2, 7])), batch: 3, mayGoOn: always }, (ran) => {
      tookMs += ran.tookMs;
    });
    expect(assigned).toEqual([
      [1, 3, 4],
      [5, 6, 8],
      [9, 10],
    ]);
    expect(tookMs).toBe(8);
    expect(most()).toBe(2);
  });

  it('no more once they may not, and what is under way is waited for', async () => {
    const { assigned, most: _, ...pool } = idle(2);
    let ran = 0;
    await handOut({ ...pool, seeds: seedsBetween(1, 100), batch: 1, mayGoOn: () => ran < 3 }, () => {
      ran++;
    });
    expect(assigned.flat()).toEqual([1, 2, 3, 4]);
    expect(ran).toBe(4);
  });

  it('one batch after what was done with the one before', async () => {
    const { assigned, most: _, ...pool } = idle(1);
    const seen: number[] = [];
    await handOut({ ...pool, seeds: [1, 2, 3], batch: 1, mayGoOn: always }, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(assigned.length);
    });
    expect(seen).toEqual([1, 2, 3]);
  });

  it('and what broke is thrown', async () => {
    const { assigned: _, most: __, ...pool } = idle(2);
    const handed = handOut({ ...pool, seeds: seedsBetween(10, 20), batch: 2, mayGoOn: always }, () => undefined);
    await expect(handed).rejects.toThrow('seed 13 broke');
  });
});
