import { expect, test } from 'vitest';
import {
  clients,
  eachThread,
  limit,
  log,
  mix,
  onUpdate,
  perKeyConcurrent,
  perKeySequential,
  repeat,
  sleep,
  untilOk,
} from '../../src/generator/index.ts';
import { imperfect, perfect, perfectInfo, quick, simulate } from '../../src/generator/simulate.ts';
import { numbered, show } from './show.ts';

test('sequential keys come one after the other', () => {
  const generator = clients(perKeySequential(['x', 'y'], () => limit(3, numbered('a'))));
  const keyed = ['a@x=0', 'a@x=1', 'a@x=2', 'a@y=0', 'a@y=1', 'a@y=2'];
  expect(show(perfect(generator))).toEqual(
    ['0 0', '0 1', '10 0', '10 1', '20 0', '20 1'].map((when, i) => `${when} ${keyed[i] ?? ''}`),
  );
  expect(show(quick(generator)).map((line) => line.split(' ')[2])).toEqual(keyed);
  expect(show(perfectInfo(generator)).map((line) => line.split(' ')[2])).toEqual(keyed);
});

test('keys may be without end, and those that yield nothing are passed over', () => {
  const generator = perKeySequential(
    (i) => `k${i}`,
    (key) => (key === 'k1' ? null : [{ f: 'a' }]),
  );
  expect(perfect(limit(3, generator)).map(({ key }) => key)).toEqual(['k0', 'k2', 'k3']);
  expect(() =>
    perfect(
      perKeySequential(
        (i) => `k${i}`,
        () => null,
      ),
    ),
  ).toThrow('100000 keys in a row yielded nothing');
  expect(() =>
    perfect(
      perKeyConcurrent(
        2,
        (i) => `k${i}`,
        () => null,
      ),
    ),
  ).toThrow('keys in a row yielded nothing');
});

test('sleep and log are about no key', () => {
  const generator = perKeySequential(['x'], () => [sleep(1e-9), log('here'), { f: 'a' }]);
  const { history, asides } = simulate(generator, () => ({ type: 'ok', latencyNs: 10 }));
  expect(asides.map((aside) => 'key' in aside)).toEqual([false, false]);
  expect(history[0]).toMatchObject({ f: 'a', key: 'x' });
});

test('a late event of the last key is not heard by the next', () => {
  const heard: string[] = [];
  const listening = (key: string) =>
    onUpdate(
      (self, _context, event) => {
        heard.push(`${key} ${event.type} ${event.key ?? ''}`);
        return self;
      },
      limit(1, repeat({ f: 'a' })),
    );
  perfect(clients(perKeySequential(['x', 'y'], listening)));
  expect(heard).toEqual(['x invoke x', 'y invoke y', 'y ok y']);
});

test('concurrent keys each have a group of threads, which takes the next key when one is used up', () => {
  const generator = perKeyConcurrent(2, ['k0', 'k1', 'k2', 'k3', 'k4'], () => limit(3, numbered('v')));
  const history = perfect(generator, { concurrency: 6 });
  const lines = show(history);
  const first = ['0 0 v@k0', '0 1 v@k0', '0 2 v@k1', '0 3 v@k1', '0 4 v@k2', '0 5 v@k2'];
  expect(
    lines
      .slice(0, 6)
      .map((line) => line.replace(/=.*/, ''))
      .toSorted(),
  ).toEqual(first);
  for (const key of ['k0', 'k1', 'k2', 'k3', 'k4']) {
    const ofKey = history.filter((operation) => operation.key === key);
    expect(ofKey.map(({ value }) => value)).toEqual([0, 1, 2]);
    expect(new Set(ofKey.map(({ process }) => Math.floor(Number(process) / 2))).size).toBe(1);
  }
  expect(history).toHaveLength(15);
  expect(lines).toEqual(show(perfect(generator, { concurrency: 6 })));
});

test('only a group that is free takes the next key', () => {
  const generator = perKeyConcurrent(1, ['slow', 'fast', 'next'], () => ({ f: 'a' }));
  const { history } = simulate(generator, ({ key }) => ({ type: 'ok', latencyNs: key === 'slow' ? 50 : 10 }));
  const began = show(history).filter((line) => line.includes('invoke'));
  expect(began.toSorted()).toEqual(['0 0 invoke a@slow', '0 1 invoke a@fast', '10 1 invoke a@next']);
});

test('every key of an endless row is worked on by its whole group', () => {
  const generator = clients(
    limit(
      5,
      perKeyConcurrent(
        2,
        (i) => `${i}`,
        () => eachThread({ f: 'a' }),
      ),
    ),
  );
  expect(show(perfect(generator)).map((line) => line.replace(/ \d /, ' '))).toEqual([
    '0 a@0',
    '0 a@0',
    '10 a@1',
    '10 a@1',
    '20 a@2',
  ]);
});

test('concurrent keys hear of the events of their own group', () => {
  const generator = perKeyConcurrent(1, ['x', 'y', 'z'], () => untilOk(repeat({ f: 'a' })));
  const history = imperfect(generator);
  // Fail, info, ok on each of two threads: x and y take three tries each, and so does z on the first that is free.
  expect(history.filter(({ type }) => type === 'invoke')).toHaveLength(9);
  expect(
    history
      .filter(({ type }) => type === 'ok')
      .map(({ key }) => key)
      .toSorted(),
  ).toEqual(['x', 'y', 'z']);
});

test('each key has random choices of its own', () => {
  const coin = () => limit(20, mix([repeat({ f: 'a' }), repeat({ f: 'b' })]));
  const history = perfect(perKeySequential(['x', 'y'], coin));
  const letters = (key: string) => history.filter((operation) => operation.key === key).map(({ f }) => f);
  expect(letters('x')).not.toEqual(letters('y'));
});

test('threads that do not divide into groups are refused', () => {
  const generator = perKeyConcurrent(2, ['x'], () => ({ f: 'a' }));
  expect(() => perfect(generator, { concurrency: 3 })).toThrow(
    "3 client threads can't work in groups of 2 a key: make the concurrency a multiple of 2",
  );
  expect(() => perfect(generator, { concurrency: 1 })).toThrow("can't work in groups");
});
