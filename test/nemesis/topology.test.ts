import { describe, expect, test } from 'vitest';
import { random } from '../../src/random.ts';
import {
  allEdges,
  deaf,
  edgesOf,
  majoritiesRing,
  majorityOf,
  minorityOf,
  mute,
  someEdges,
  split,
  whoHearsWhom,
} from '../../nemesis/topology.ts';

const nodesOf = (n: number) => Array.from({ length: n }, (_, i) => `n${i + 1}`);
const sizes = [3, 4, 5, 6, 7, 8, 9, 10];

describe('minorities and majorities', () => {
  test.each([
    [1, 0, 1],
    [2, 0, 2],
    [3, 1, 2],
    [4, 1, 3],
    [5, 2, 3],
    [6, 2, 4],
    [7, 3, 4],
  ])('of %i nodes', (n, minority, majority) => {
    expect([minorityOf(n), majorityOf(n)]).toEqual([minority, majority]);
  });
});

test('a split of five lets each hear its own group only', () => {
  expect(
    whoHearsWhom(
      nodesOf(5),
      split([
        ['n1', 'n4'],
        ['n2', 'n3', 'n5'],
      ]),
    ),
  ).toEqual({
    n1: ['n1', 'n4'],
    n2: ['n2', 'n3', 'n5'],
    n3: ['n2', 'n3', 'n5'],
    n4: ['n1', 'n4'],
    n5: ['n2', 'n3', 'n5'],
  });
});

test('a split into three groups cuts each pair of groups in both directions, once', () => {
  expect(split([['n1'], ['n2'], ['n3']])).toEqual(allEdges(nodesOf(3)));
});

test('a bridge is a split of the others: the node in the middle hears all, and all hear it', () => {
  expect(
    whoHearsWhom(
      nodesOf(5),
      split([
        ['n1', 'n2'],
        ['n4', 'n5'],
      ]),
    ),
  ).toEqual({
    n1: ['n1', 'n2', 'n3'],
    n2: ['n1', 'n2', 'n3'],
    n3: ['n1', 'n2', 'n3', 'n4', 'n5'],
    n4: ['n3', 'n4', 'n5'],
    n5: ['n3', 'n4', 'n5'],
  });
});

describe('the majorities ring', () => {
  test('of three is a line, since no ring of three has three different majorities', () => {
    expect(whoHearsWhom(nodesOf(3), majoritiesRing(nodesOf(3)))).toEqual({
      n1: ['n1', 'n2'],
      n2: ['n1', 'n2', 'n3'],
      n3: ['n2', 'n3'],
    });
  });

  test('of five lets each hear itself and the two beside it', () => {
    expect(whoHearsWhom(nodesOf(5), majoritiesRing(nodesOf(5)))).toEqual({
      n1: ['n1', 'n2', 'n5'],
      n2: ['n1', 'n2', 'n3'],
      n3: ['n2', 'n3', 'n4'],
      n4: ['n3', 'n4', 'n5'],
      n5: ['n1', 'n4', 'n5'],
    });
  });

  test('of seven lets each hear two on either side', () => {
    expect(whoHearsWhom(nodesOf(7), majoritiesRing(nodesOf(7)))['n1']).toEqual(['n1', 'n2', 'n3', 'n6', 'n7']);
  });

  test.each(sizes)('of %i: everyone hears a majority, no two the same, and every cut goes both ways', (n) => {
    const nodes = nodesOf(n);
    const edges = majoritiesRing(nodes);
    const heard = Object.values(whoHearsWhom(nodes, edges));
    for (const group of heard) expect(group.length).toBeGreaterThanOrEqual(majorityOf(n));
    expect(new Set(heard.map((group) => group.join())).size).toBe(n);
    const cut = new Set(edges.map(([a, b]) => `${a} ${b}`));
    for (const [a, b] of edges) expect(cut).toContain(`${b} ${a}`);
    expect(edges.length).toBeGreaterThan(0);
  });
});

test.each(sizes)('of %i nodes, a deaf one hears only itself and is heard; a mute one the other way round', (n) => {
  const nodes = nodesOf(n);
  const rest = nodes.filter((node) => node !== 'n2');
  const whenDeaf = whoHearsWhom(nodes, deaf('n2', nodes));
  const whenMute = whoHearsWhom(nodes, mute('n2', nodes));
  expect(whenDeaf['n2']).toEqual(['n2']);
  expect(whenMute['n2']).toEqual(nodes);
  for (const node of rest) {
    expect(whenDeaf[node]).toEqual(nodes);
    expect(whenMute[node]).toEqual(rest);
  }
});

test('the edges of a node go into and out of it', () => {
  expect(edgesOf('n2', nodesOf(3))).toEqual([
    ['n1', 'n2'],
    ['n2', 'n1'],
    ['n2', 'n3'],
    ['n3', 'n2'],
  ]);
});

test('some edges: about the share that was asked for, and never none', () => {
  const nodes = nodesOf(5);
  const counts = Array.from({ length: 200 }, (_, seed) => someEdges(random(seed), nodes, 0.3).length);
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  expect(mean).toBeGreaterThan(5);
  expect(mean).toBeLessThan(7);
  expect(someEdges(random(1), nodes, 0)).toHaveLength(1);
});
