/** The reasons that models give: true wherever they are given, and in the words of the history. */

import { describe, expect, test } from 'vitest';
import { linearizable } from '../../../checkers/linearizable/linearizable.ts';
import { models, type ModelName } from '../../../checkers/models/index.ts';
import type { Model, TimedOperation } from '../../../checkers/models/model.ts';
import { withInit } from '../../../checkers/models/with-init.ts';
import type { History, Json } from '../../../src/history/operation.ts';
import { formatOperation } from '../../../src/history/writer.ts';
import { random } from '../../../src/random.ts';
import { history, type Line } from '../build.ts';
import { kinds } from './kinds.ts';
import { isPossible, randomCalls, shapes, type Shape } from './random-calls.ts';

/** The operations as models see them, in the order of their invocations. */
function timed(lines: History, model: Model<unknown>): readonly TimedOperation[] {
  return lines
    .flatMap(({ index, process, type, f, key = null, value }): readonly TimedOperation[] => {
      if (type !== 'invoke') return [];
      const completion = lines.find(
        (other) => other.index > index && other.process === process && other.type !== 'invoke',
      );
      const call = { f, key, input: value, process: Number(process), invoked: index };
      const { type: outcome = 'info', error = 'mismatch' } = completion ?? {};
      if (completion === undefined || outcome === 'info') {
        return [{ ...call, output: null, outcome: 'info' as const, completed: Infinity }];
      }
      const end = { completed: completion.index };
      if (outcome === 'ok') return [{ ...call, ...end, output: completion.value, outcome: 'ok' as const }];
      return error === 'mismatch' ? [{ ...call, ...end, output: null, outcome: 'fail' as const }] : [];
    })
    .filter((operation) => model.matters?.(operation) ?? operation.outcome !== 'fail');
}

const explained = kinds.filter(({ model }) => model.explain !== undefined);

test.each(explained)('no operation that a $name allows is said to be impossible, and many others are', (kind) => {
  const { name, plain, model } = kind;
  let reasons = 0;
  for (let seed = 0; seed < 600; seed++) {
    const lines = randomCalls(plain, random(seed, name, 'explanation'), shapes[seed % shapes.length] as Shape);
    const isValid = isPossible(plain, lines);
    const all = timed(lines, model);
    for (const failed of all) {
      if (failed.outcome === 'info') continue;
      const others = all.filter((other) => other !== failed && other.invoked < failed.completed);
      const reason = model.explain?.(failed, others) ?? null;
      if (reason === null) continue;
      reasons++;
      if (isValid)
        throw new Error(`seed ${seed}: ${failed.invoked} ${reason.clause}\n${lines.map(formatOperation).join('')}`);
      for (const witness of reason.witnesses) expect(others).toContain(witness);
    }
  }
  expect(reasons).toBeGreaterThan(20);
});

describe('in words', () => {
  type Case = readonly [model: ModelName, lines: readonly Line[], reason: string, init?: Json];
  const run = (...calls: readonly (readonly [f: string, input?: Json, output?: Json])[]): readonly Line[] =>
    calls.flatMap(([f, input = null, output = input], i): readonly Line[] => [
      [i, 'invoke', f, input, { key: null }],
      [i, 'ok', f, output, { key: null }],
    ]);

  const cases: readonly Case[] = [
    ['register', run(['read', null, 7]), 'process 0 read 7, but nobody had written 7 before'],
    [
      'register',
      run(['write', 1], ['read', null, 7]),
      'process 1 read 7, but it had been overwritten by 1 (process 0) before that read began',
      7,
    ],
    [
      'kv',
      run(['put', 1], ['delete'], ['get', null, 1]),
      'process 2 read 1, but 1 had been overwritten by absent (process 1) before that get began',
    ],
    [
      'kv',
      run(['append', 'a'], ['append', 'b'], ['get', null, 'b']),
      'process 2 read "b", but it lacks "a", which process 0 had appended before that get began',
    ],
    [
      'counter',
      run(['add', 2], ['read', null, 5]),
      'process 1 read 5, but all that can have been added by then makes it 2 at most',
    ],
    [
      'counter',
      run(['add', 2], ['add-and-get', 1, 1]),
      'process 1 added 1 and got 1 from after it, but what had been added before that add-and-get began makes it 3 at least',
    ],
    ['set', run(['read', null, [1]]), 'process 0 read [1], but nobody had added 1 before'],
    [
      'set',
      run(['add', 1], ['read', null, []]),
      'process 1 read [], but it lacks 1, which process 0 had added before that read began, and nobody had removed it',
    ],
    [
      'set',
      run(['add', 1], ['remove', 1], ['add', 1], ['contains', 1, false]),
      'process 3 missed 1, but process 2 had added it before that contains began, and nobody had removed it since',
    ],
    [
      'set',
      run(['add', 1], ['remove', 1], ['contains', 1, true]),
      'process 2 found 1, but process 1 had removed 1 before that contains began',
    ],
    ['set', run(['add', 1], ['read', null, [1, 1]]), 'process 1 read [1,1], but 1 is in it twice'],
    ['fifo-queue', run(['dequeue', null, 1]), 'process 0 dequeued 1, but nobody had enqueued 1 before'],
    [
      'fifo-queue',
      run(['enqueue', 1], ['dequeue', null, 1], ['dequeue', null, 1]),
      'process 2 dequeued 1, but 1 was enqueued once, and process 1 had dequeued it already',
    ],
    [
      'fifo-queue',
      run(['enqueue', 1], ['enqueue', 2], ['dequeue', null, 2]),
      'process 2 dequeued 2, but 1 had been enqueued (process 0) before that, and nobody had dequeued it',
    ],
    [
      'fifo-queue',
      run(['enqueue', 1], ['dequeue', null, null]),
      'process 1 dequeued nothing, as if empty, but 1 had been enqueued (process 0) before that, and nobody had dequeued it',
    ],
    [
      'fifo-queue',
      run(['dequeue', null, 3], ['dequeue', null, 3]),
      'process 1 dequeued 3, but 3 was there once at first, and process 0 had dequeued it already',
      [3],
    ],
    [
      'unordered-queue',
      run(['enqueue', 1], ['dequeue', null, 2]),
      'process 1 dequeued 2, but nobody had enqueued 2 before',
    ],
    [
      'stack',
      run(['push', 1], ['push', 2], ['pop', null, 1]),
      'process 2 popped 1, but 2 had been pushed (process 1) after that, and nobody had popped it',
    ],
    [
      'priority-queue',
      run(['insert', 3], ['insert', 2], ['delete-min', null, 3]),
      'process 2 removed 3, but 2 had been inserted (process 1) before that removal began, and nobody had removed it',
    ],
    [
      'mutex',
      run(['acquire'], ['acquire']),
      'process 1 acquired the lock, but process 0 had acquired it before that acquire began, and nobody had released it since',
    ],
    [
      'mutex',
      run(['acquire'], ['release'], ['release']),
      'process 2 released the lock, but process 1 had released it before that release began, and nobody had acquired it since',
    ],
    ['mutex', run(['release']), 'process 0 released the lock, but nobody had acquired it before'],
    [
      'fenced-lock',
      [
        ...run(['acquire', null, 7]),
        [0, 'invoke', 'release', null, { key: null }],
        [0, 'ok', 'release', null, { key: null }],
        [1, 'invoke', 'acquire', null, { key: null }],
        [1, 'ok', 'acquire', 7, { key: null }],
      ],
      'process 1 acquired the lock with token 7, but process 0 had got token 7 before that acquire began',
    ],
  ];

  for (const [name, lines, reason, init] of cases) {
    test(`${name}: ${reason}`, () => {
      const model = models[name] as Model<unknown>;
      const started = init === undefined ? model : withInit(model, init);
      const verdict = linearizable(started, { budgetMs: 1000 }).check(history(...lines));
      expect(verdict.valid).toBe(false);
      expect(verdict.failures[0]?.explanation.split(';')[0]).toBe(reason);
    });
  }
});
