import { describe, expect, test } from 'vitest';
import { convergence } from '../../../checkers/eventual/convergence.ts';
import { heal, nodeHistory, read, write, type Done } from './node-history.ts';

const judge = (...all: readonly Done[]) => convergence().check(nodeHistory(...all));

describe('convergence', () => {
  test('holds if all nodes answer the same in the end', () => {
    const verdict = judge(write('a', 'x', 1), read('b', 'x', null), heal, read('a', 'x', 1), read('b', 'x', 1));
    expect(verdict).toMatchObject({ valid: true, nodes: ['a', 'b'], keys: { agreed: 1, diverged: 0 }, quietFrom: 5 });
  });

  test('fails if two nodes differ in the end, and names nodes, key, values and operations', () => {
    const verdict = judge(write('a', 'x', 1), write('b', 'y', 2), heal, ...reads('a', 1, 2), ...reads('b', 1, null));
    expect(verdict).toMatchObject({
      valid: false,
      keys: { agreed: 1, diverged: 1 },
      divergences: [
        {
          key: 'y',
          reads: [
            { node: 'a', value: 2, invoked: 8, completed: 9 },
            { node: 'b', value: null, invoked: 12, completed: 13 },
          ],
        },
      ],
      reason: 'the nodes did not come to agree on y: node a read 2 (operation 8), node b read absent (operation 12)',
    });
  });

  test('counts the last answer of a node, not one while it was catching up', () => {
    const verdict = judge(write('a', 'x', 1), read('b', 'x', null), read('a', 'x', 1), read('b', 'x', 1));
    expect(verdict.valid).toBe(true);
  });

  test('says between which moments after the quiet the nodes agreed', () => {
    // Quiet from operation 1 (1 ms). b's old answer was asked for at 4 ms, its new one came at 9 ms.
    const { tookMs } = judge(
      write('a', 'x', 1),
      read('b', 'x', null),
      read('b', 'x', null),
      read('a', 'x', 1),
      read('b', 'x', 1),
      read('b', 'x', 1),
    );
    expect(tookMs).toEqual({ atLeast: 3, atMost: 8 });
  });

  test('a node that goes back to an old answer has not come to agree before', () => {
    // b had the final answer at 5 ms, an old one at 6 ms, and the final one again at 9 ms.
    const { tookMs } = judge(
      write('a', 'x', 1),
      read('a', 'x', 1),
      read('b', 'x', 1),
      read('b', 'x', null),
      read('b', 'x', 1),
    );
    expect(tookMs).toEqual({ atLeast: 5, atMost: 8 });
  });

  test('does not count reads that began before the last update or the healing', () => {
    // b may learn of 2 later than this; nobody asked it again.
    const verdict = judge(write('a', 'x', 1), read('a', 'x', 1), read('b', 'x', null), heal);
    expect(verdict).toMatchObject({ valid: 'unknown', unread: ['x'], quietFrom: 7 });
    expect(verdict.reason).toContain('x was not read at every node after operation 7');
  });

  test('is unknown if a node that clients had talked to was not asked in the end', () => {
    const verdict = judge(write('c', 'x', 1), read('a', 'x', 1), read('b', 'x', 1));
    expect(verdict).toMatchObject({ valid: 'unknown', unread: ['x'], nodes: ['a', 'b', 'c'] });
  });

  test('is unknown without reads, and where nodes are not known', () => {
    expect(judge().valid).toBe('unknown');
    const { valid, reason } = judge(write('a', 'x', 1), { f: 'read', key: 'x', output: 1 });
    expect(valid).toBe('unknown');
    expect(reason).toContain('not known which node answered a read');
  });

  test('believes the node that answered, not the one that was asked', () => {
    const verdict = judge(
      write('a', 'x', 1),
      read('a', 'x', 1),
      { ...read('b', 'x', 2), answeredBy: 'a' },
      read('b', 'x', 1),
    );
    expect(verdict.divergences[0]?.reads.map(({ node, value }) => [node, value])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
  });

  test('a write of unknown outcome may take effect as late as it is first read', () => {
    // a was asked before anything showed 2, which may have come in between.
    const early = [write('a', 'x', 1), write('a', 'x', 2, 'info'), read('a', 'x', 1), read('b', 'x', 2)];
    expect(judge(...early).valid).toBe('unknown');
    // Here it had shown at b before a was asked again.
    expect(judge(...early, read('a', 'x', 1), read('b', 'x', 2)).valid).toBe(false);
    expect(judge(...early, read('a', 'x', 2), read('b', 'x', 2)).valid).toBe(true);
  });

  test('a failed update did not happen and does not disturb the quiet', () => {
    const verdict = judge(write('a', 'x', 1), read('a', 'x', 1), read('b', 'x', 1), write('a', 'x', 2, 'fail'));
    expect(verdict).toMatchObject({ valid: true, quietFrom: 1 });
  });

  test('answers count as the same as the caller says', () => {
    const history = nodeHistory(
      { at: 'a', f: 'add', input: 1 },
      { at: 'a', f: 'read', output: [1, 2] },
      { at: 'b', f: 'read', output: [2, 1] },
    );
    expect(convergence().check(history)).toMatchObject({ valid: false, divergences: [{ key: null }] });
    const same = (value: unknown): string => JSON.stringify((value as number[]).toSorted());
    expect(convergence({ same }).check(history).valid).toBe(true);
  });
});

function reads(node: string, x: number | null, y: number | null): readonly Done[] {
  return [read(node, 'x', x), read(node, 'y', y)];
}
