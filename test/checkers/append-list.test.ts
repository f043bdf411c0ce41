/** Histories of lists by hand, for the search and for the plain checks; each says why its verdict holds. */

import { describe, expect, test } from 'vitest';
import { append } from '../../checkers/append.ts';
import { linearizable } from '../../checkers/linearizable/linearizable.ts';
import { appendList } from '../../checkers/models/append-list.ts';
import type { History, Json } from '../../src/history/operation.ts';
import { random } from '../../src/random.ts';
import { history, type Line } from './build.ts';
import { randomListHistory } from './random-history.ts';

const search = (lines: History) => linearizable(appendList, { budgetMs: 1000 }).check(lines);
const plain = (lines: History) => append().check(lines);

const appended = (process: number, element: Json): Line[] => [
  [process, 'invoke', 'append', element],
  [process, 'ok', 'append', element],
];
const read = (process: number, list: Json): Line[] => [
  [process, 'invoke', 'read'],
  [process, 'ok', 'read', list],
];

describe('valid', () => {
  test.each<[why: string, lines: History]>([
    ['a list is empty at first, be that null or []', history(...read(0, null), ...read(0, []))],
    ['appends in order', history(...appended(0, 1), ...read(1, [1]), ...appended(1, 2), ...read(0, [1, 2]))],
    [
      'concurrent appends come in any order',
      history(
        [0, 'invoke', 'append', 1],
        [1, 'invoke', 'append', 2],
        [0, 'ok', 'append', 1],
        [1, 'ok', 'append', 2],
        ...read(0, [2, 1]),
      ),
    ],
    [
      'an append that timed out may happen late',
      history(
        [0, 'invoke', 'append', 1],
        [0, 'info', 'append', 1],
        ...read(1, []),
        ...appended(1, 2),
        ...read(1, [2, 1]),
      ),
    ],
    [
      'an append that timed out need not happen',
      history([0, 'invoke', 'append', 1], [0, 'info', 'append', 1], ...read(1, [])),
    ],
    [
      'an element may be appended twice, and is there twice',
      history(...appended(0, 1), ...appended(0, 1), ...read(1, [1, 1])),
    ],
  ])('%s', (_why, lines) => {
    expect(search(lines).valid).toBe(true);
    expect(plain(lines)).toMatchObject({ valid: true, findings: [] });
  });
});

describe('invalid', () => {
  test.each<[why: string, lines: History, explanation: string, finding: string]>([
    [
      'an acknowledged element is lost',
      history(...appended(0, 1), ...appended(0, 2), ...read(1, [1])),
      'process 1 read x = [1], but it lacks 2, which process 0 had appended before that read began; possible was [1,2]',
      '2 was acknowledged (operation 2) and is missing from list x in a later read (operation 4)',
    ],
    [
      'an append was applied twice',
      history(...appended(0, 1), ...read(1, [1, 1])),
      'process 1 read x = [1,1], but 1 is in it 2 times and was appended once; possible was [1]',
      '1 is in list x more often than it was appended (operation 2)',
    ],
    [
      'an append of unknown outcome was applied twice',
      history([0, 'invoke', 'append', 1], [0, 'info', 'append', 1], ...read(1, [1, 1])),
      'process 1 read x = [1,1], but 1 is in it 2 times and was appended once; possible were [] or [1]',
      '1 is in list x more often than it was appended (operation 2)',
    ],
    [
      'an element from nowhere',
      history(...read(0, [3])),
      'process 0 read x = [3], but nobody had appended 3 before; possible was []',
      '3 is in list x and was never appended (operation 0)',
    ],
    [
      'a failed append happened after all',
      history([0, 'invoke', 'append', 1], [0, 'fail', 'append', 1, { error: 'refused' }], ...read(1, [1])),
      'process 1 read x = [1], but nobody had appended 1 before; possible was []',
      '1 is in list x (operation 2) though its append (operation 0) had failed or not begun',
    ],
    [
      'a read of what was appended only later',
      history(...read(1, [1]), ...appended(0, 1)),
      'process 1 read x = [1], but nobody had appended 1 before; possible was []',
      '1 is in list x (operation 0) though its append (operation 2) had failed or not begun',
    ],
    [
      'two readers see two orders',
      history([0, 'invoke', 'append', 1], [1, 'invoke', 'append', 2], ...read(2, [1, 2]), ...read(3, [2, 1])),
      'process 3 read x = [2,1], but process 2 had read a list that differs from it at position 1; possible was [1,2]',
      'two reads of list x (operations 2 and 4) differ at position 1',
    ],
    [
      'an order against real time: 1 was acknowledged before 2 began',
      history(...appended(0, 1), ...appended(0, 2), ...read(1, [2, 1])),
      'process 1 read x = [2,1], but no order of the operations allows that; possible was [1,2]',
      'none',
    ],
    [
      'a list grows and does not shrink',
      history([0, 'invoke', 'append', 1], ...read(1, [1]), ...read(2, [])),
      'process 2 read x = [], but process 1 had read a longer list before that read began; possible was [1]',
      'none',
    ],
    [
      'what is no list',
      history(...read(1, 5)),
      'process 1 read x = 5, but 5 is not a list; possible was []',
      'what was read of list x is not a list (operation 0)',
    ],
  ])('%s', (_why, lines, explanation, finding) => {
    expect(search(lines)).toMatchObject({ valid: false, reason: `not linearizable: ${explanation}` });
    expect(plain(lines).reason ?? 'none').toBe(finding);
  });
});

describe('the plain checks', () => {
  test('count each element once, however many reads show it', () => {
    const lines = history(
      ...appended(0, 1),
      ...read(1, [1, 1]),
      ...read(1, [1, 1, 1]),
      ...read(1, [1, 1, 1, 9]),
      ...read(1, [1, 1, 1, 9]),
    );
    expect(plain(lines)).toMatchObject({
      acknowledged: 1,
      counts: { duplicate: 1, lost: 0, unexpected: 1, diverged: 0, malformed: 0 },
      findings: [
        { kind: 'duplicate', key: 'x', element: 1, read: 2 },
        { kind: 'unexpected', key: 'x', element: 9, read: 6, append: null },
      ],
    });
  });

  test('report all lost elements at the first read that lacks them, and one that comes back not again', () => {
    const lines = history(
      ...appended(0, 1),
      ...appended(0, 2),
      ...appended(0, 3),
      ...read(1, [1]),
      ...read(1, [1, 2]),
      ...read(1, []),
    );
    expect(plain(lines).findings).toEqual([
      { kind: 'lost', key: 'x', element: 2, read: 6, append: 2 },
      { kind: 'lost', key: 'x', element: 3, read: 6, append: 4 },
      { kind: 'lost', key: 'x', element: 1, read: 10, append: 0 },
    ]);
  });

  test('keep lists of different keys apart', () => {
    const lines = history(
      [0, 'invoke', 'append', 1, { key: 'a' }],
      [0, 'ok', 'append', 1, { key: 'a' }],
      [0, 'invoke', 'read', null, { key: 'b' }],
      [0, 'ok', 'read', [], { key: 'b' }],
    );
    expect(plain(lines).valid).toBe(true);
  });

  test('never call a linearizable history invalid, and find most that are not', () => {
    const found = { valid: 0, both: 0, onlySearch: 0 };
    for (let seed = 0; seed < 3000; seed++) {
      const shape = { operations: 8, processes: 3, values: 8, unknown: 0.2, lies: 0.3 };
      const lines = randomListHistory(random(seed, 'plain'), shape);
      if (plain(lines).valid === false) {
        expect(search(lines).valid).toBe(false);
        found.both++;
      } else found[search(lines).valid === true ? 'valid' : 'onlySearch']++;
    }
    expect(found.valid).toBeGreaterThan(500);
    expect(found.both).toBeGreaterThan(500);
    expect(found.onlySearch).toBeLessThan(found.both / 4);
  });
});
