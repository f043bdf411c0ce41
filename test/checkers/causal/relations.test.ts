import { describe, expect, test } from 'vitest';
import { accessesOf } from '../../../checkers/causal/accesses.ts';
import { causality } from '../../../checkers/causal/causality.ts';
import { clockTree } from '../../../checkers/causal/clocks.ts';
import { keyWriters } from '../../../checkers/causal/key-writers.ts';
import { nodePath, pathOf } from '../../../checkers/causal/paths.ts';
import { relate, relations } from '../../../checkers/causal/relate.ts';
import { INITIAL, isPoBefore, NONE, poBefore, poNext, type Relations } from '../../../checkers/causal/relations.ts';
import type { HistoryColumns } from '../../../src/history/columns.ts';
import { random } from '../../../src/random.ts';
import { columnsOfSessions, r, w, type Step } from './cc-build.ts';

function related(columns: HistoryColumns): Relations {
  const result = relations(columns);
  if ('kind' in result) throw new Error(result.objection);
  return result;
}

const of = (...lists: readonly (readonly Step[])[]): Relations => related(columnsOfSessions(...lists));

describe('sessions', () => {
  test('nodes are numbered session by session, in order, and know their rows', () => {
    const { row, session, nodeOf, first, process } = of([w('x', 1), w('x', 2)], [w('x', 3), r('x', 3)]);
    expect([...row]).toEqual([0, 2, 1, 3]);
    expect([...session]).toEqual([0, 0, 1, 1]);
    expect([...nodeOf]).toEqual([0, 2, 1, 3]);
    expect([[...first], [...process]]).toEqual([
      [0, 2, 4],
      [0, 1],
    ]);
  });

  test('what failed, what nobody saw, and reads of unknown outcome take no part', () => {
    const { nodes, nodeOf } = of([w('x', 1, 'fail'), w('x', 2, 'info'), r('x', 5, 'info'), w('x', 3)]);
    expect([nodes, [...nodeOf]]).toEqual([1, [-1, -1, -1, 0]]);
  });

  test('a write of unknown outcome that was seen is the last of its session, or a session of its own', () => {
    const last = of([w('x', 1), w('x', 2, 'open')], [r('x', 2)]);
    expect(isPoBefore(last, 0, 1)).toBe(true);
    expect([last.sessions, poBefore(last, 1), poNext(last, 0)]).toEqual([2, 0, 1]);
    const followed = of([w('x', 1), w('x', 2, 'info'), w('x', 3)], [r('x', 2)]);
    const [one, two, three] = [0, 2, 3].map((row) => followed.nodeOf[row] as number) as [number, number, number];
    expect([followed.sessions, followed.process[2], followed.parent[2]]).toEqual([3, 0, one]);
    expect([isPoBefore(followed, one, two), isPoBefore(followed, one, three)]).toEqual([true, true]);
    expect([isPoBefore(followed, two, three), isPoBefore(followed, three, two)]).toEqual([false, false]);
    expect([poBefore(followed, two), poBefore(followed, three), poNext(followed, one)]).toEqual([one, one, three]);
  });
});

describe('what reads returned', () => {
  test('is a write access, the initial value, or nothing to speak of', () => {
    const { from, thinAir, aborted, isWrite } = of([w('x', 1), r('x', null)], [r('x', 1), r('x', 9), r('y', null)]);
    expect([...isWrite]).toEqual([1, 0, 0, 0, 0]);
    expect([...from]).toEqual([NONE, NONE + 1, 0, NONE, INITIAL]);
    expect([thinAir, aborted]).toEqual([[3], []]);
  });

  test('was aborted where only a failed write had that value', () => {
    const columns = columnsOfSessions([w('x', 1, 'fail'), w('x', 2, 'fail')], [r('x', 1), r('x', 2)], [w('x', 2)]);
    const { aborted, from, node, row } = related(columns);
    expect(aborted.map(({ read, writer }) => [row[node[read] as number], writer])).toEqual([[1, 0]]);
    expect([...from]).toEqual([NONE, 2, NONE]);
  });

  test('keys do not mix, and an operation without one has a key of its own', () => {
    const { from, key, keys } = of([w('x', 1), w('y', 1)], [r('y', 1), r('x', 1)]);
    expect([...from]).toEqual([NONE, NONE, 1, 0]);
    expect([[...key], keys]).toEqual([[0, 1, 1, 0], 3]);
  });

  test('operations with several reads and writes are nodes like others', () => {
    const columns = columnsOfSessions([w('x', 1), w('y', 2)], [r('x', 1)]);
    const value = (n: number): number => columns.values.indexOf(n);
    // The first operation of process 0 is made one that writes x = 1 and y = 2; the read is made one of both.
    const transactions = relate({
      columns,
      nodes: 2,
      row: Int32Array.of(0, 1),
      start: Int32Array.of(0, 2, 4),
      isWrite: Uint8Array.of(1, 1, 0, 0),
      key: Int32Array.of(0, 1, 0, 1),
      value: Int32Array.of(value(1), value(2), value(1), value(2)),
      initial: 0,
    });
    expect([[...transactions.from], [...transactions.node]]).toEqual([
      [NONE, NONE, 0, 1],
      [0, 0, 1, 1],
    ]);
    expect([...transactions.messages]).toEqual([1, 1]);
  });

  test('what a session itself wrote before is that of an earlier operation', () => {
    const columns = columnsOfSessions([w('x', 1), w('x', 2), w('x', 3)]);
    const value = (n: number): number => columns.values.indexOf(n);
    // The second operation writes x = 2, writes x = 3 and reads it; the third reads it.
    const { ownBefore } = keyWriters(
      relate({
        columns,
        nodes: 3,
        row: Int32Array.of(0, 1, 2),
        start: Int32Array.of(0, 1, 4, 5),
        isWrite: Uint8Array.of(1, 1, 1, 0, 0),
        key: new Int32Array(5),
        value: Int32Array.of(value(1), value(2), value(3), value(3), value(3)),
        initial: 0,
      }),
    );
    expect([...ownBefore]).toEqual([-1, 0, 0, 0, 2]);
  });

  test('a history with other operations has none', () => {
    const columns = columnsOfSessions([w('x', 1), { f: 'enqueue', key: 'x', input: 1, output: 1, type: 'ok' }]);
    expect(accessesOf(columns)).toMatchObject({ kind: 'objection', row: 1 });
  });
});

describe('the causal order', () => {
  /** Random reads of what was written before, so that there is no cycle. */
  const randomLists = (seed: number, sessions: number, operations: number): Step[][] => {
    const draw = random(seed, 'order');
    const lists: Step[][] = Array.from({ length: sessions }, () => [w('start', draw.int(2 ** 30))]);
    const written: number[] = [];
    // Turn by turn, as `sessions` writes them down.
    for (let turn = 0; turn < operations; turn++) {
      for (const list of lists) {
        const value = draw.next() < 0.4 || written.length === 0 ? null : (written[draw.int(written.length)] ?? null);
        list.push(value === null ? w('x', written.push(written.length + 1)) : r('x', value));
      }
    }
    return lists;
  };

  test.each([
    [4, 30],
    [40, 6],
    [300, 3],
  ])('with %i sessions: clocks, the topological order and paths agree with the closure', (sessions, operations) => {
    for (let seed = 0; seed < 3; seed++) {
      const relation = of(...randomLists(seed, sessions, operations));
      const { nodes, from, node, isWrite } = relation;
      const { topological, clocks } = causality(relation);
      expect(topological.order.length).toBe(nodes);
      /** By node: for each node before it the fewest messages between them. */
      const messages = new Map<number, Map<number, number>>();
      for (const n of topological.order) {
        const fewest = new Map<number, number>();
        const learn = (before: number, cost: number): void => {
          for (const [other, more] of [[before, 0] as const, ...(messages.get(before) ?? [])]) {
            fewest.set(other, Math.min(fewest.get(other) ?? Infinity, more + cost));
          }
        };
        if (poBefore(relation, n) >= 0) learn(poBefore(relation, n), 0);
        const writer = from[n] as number;
        if (isWrite[n] === 0 && writer >= 0) learn(node[writer] as number, 1);
        messages.set(n, fewest);
      }
      const draw = random(seed, 'pairs');
      for (let i = 0; i < 3000; i++) {
        const [a, b] = [draw.int(nodes), draw.int(nodes)];
        const fewest = messages.get(b)?.get(a);
        expect([a, b, clocks.isBefore(a, b)]).toEqual([a, b, fewest !== undefined]);
        if (fewest === undefined) continue;
        expect(topological.rank[a]).toBeLessThan(topological.rank[b] as number);
        const path = nodePath(relation, a, b) ?? [];
        expect([path[0]?.[0], path.at(-1)?.[1]]).toEqual([a, b]);
        path.forEach(([, to], i) => expect(path[i + 1]?.[0] ?? to).toBe(to));
        // A read of the session's own write is a step of po.
        const sent = path.filter(([x, y]) => relation.session[x] !== relation.session[y]);
        expect(sent.length).toBe(fewest);
        for (const [x, y, step] of path) {
          if (step === 'po') expect(isPoBefore(relation, x, y)).toBe(true);
          else expect(node[from[y] as number]).toBe(x);
        }
      }
    }
  });

  test('a path is told in rows: who wrote, who read it, who wrote in turn', () => {
    const relation = of([w('x', 5)], [r('x', 5), w('y', 9)], [r('y', 9), r('x', null)]);
    expect(pathOf(relation, 0, 4)).toEqual([
      { from: 0, to: 1, relation: 'rf' },
      { from: 1, to: 3, relation: 'po' },
      { from: 3, to: 2, relation: 'rf' },
      { from: 2, to: 4, relation: 'po' },
    ]);
    expect(pathOf(relation, 4, 0)).toBeNull();
  });

  test('a path to an operation of unknown outcome leaves its session at the last that it comes after', () => {
    const relation = of([w('x', 1), w('x', 2, 'info'), w('x', 3)], [r('x', 2)]);
    expect(pathOf(relation, 0, 1)).toEqual([
      { from: 0, to: 2, relation: 'po' },
      { from: 2, to: 1, relation: 'rf' },
    ]);
    expect(pathOf(relation, 3, 1)).toBeNull();
  });
});

describe('clocks in a tree', () => {
  test.each([1, 16, 17, 32, 300, 5000])('with %i sessions know what lists of numbers know', (sessions) => {
    const draw = random(sessions, 'tree');
    const tree = clockTree(sessions);
    const made: { clock: number; list: readonly number[] }[] = [{ clock: 0, list: Array<number>(sessions).fill(0) }];
    for (let i = 0; i < 200; i++) {
      const a = draw.pick(made);
      const b = draw.pick(made);
      const of = draw.int(sessions);
      const count = (a.list[of] ?? 0) + 1 + draw.int(5);
      if (draw.next() < 0.5) made.push({ clock: tree.with(a.clock, of, count), list: a.list.with(of, count) });
      else {
        const since = tree.mark();
        const joined = a.list.map((known, at) => Math.max(known, b.list[at] ?? 0));
        const more = (joined[of] ?? 0) + 1;
        made.push({ clock: tree.with(tree.join(a.clock, b.clock), of, more, since), list: joined.with(of, more) });
      }
    }
    // All of them at the end, so that none was changed by what came later.
    for (const { clock, list } of made) {
      for (let i = 0; i < 50; i++) {
        const at = draw.int(sessions);
        expect(tree.entry(clock, at)).toBe(list[at]);
      }
    }
  });

  test('a clock that learns nothing new is the same clock', () => {
    const tree = clockTree(5000);
    const small = tree.with(0, 4000, 1);
    const large = tree.with(tree.with(0, 4000, 2), 7, 1);
    const bytes = tree.bytes();
    expect([tree.join(large, small), tree.join(small, large), tree.join(0, small)]).toEqual([large, large, small]);
    expect(tree.bytes()).toBe(bytes);
  });
});
