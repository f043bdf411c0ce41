import { expect, test } from 'vitest';
import { clients, filter, lift, limit, map, onUpdate, repeat, validate } from '../../src/generator/index.ts';
import type { Generator, Invocation } from '../../src/generator/generator.ts';
import { atTime, initialContext, withBusy } from '../../src/generator/context.ts';
import { imperfect, perfect, perfectInfo, quick } from '../../src/generator/simulate.ts';
import { numbered, show } from './show.ts';

test('map changes every operation', () => {
  const generator = clients(
    limit(
      3,
      map((operation, { time }) => ({ ...operation, f: 'b', value: [operation.value, time] }), numbered('a')),
    ),
  );
  expect(show(perfect(generator))).toEqual(['0 0 b=[0,0]', '0 1 b=[1,0]', '10 0 b=[2,10]']);
  expect(show(perfectInfo(generator))).toEqual(['0 0 b=[0,0]', '0 1 b=[1,0]', '10 2 b=[2,10]']);
});

test('filter lets through what it accepts; the others never happen', () => {
  const even = filter(({ value }) => Number(value) % 2 === 0, limit(10, numbered('a')));
  expect(quick(even).map(({ value }) => value)).toEqual([0, 2, 4, 6, 8]);
  expect(perfect(filter(() => false, limit(10, numbered('a'))))).toEqual([]);
  expect(() => perfect(filter(() => false, numbered('a')))).toThrow('turned down 100000 operations in a row');
});

test('onUpdate may go on with something else after an event', () => {
  const generator = clients(
    onUpdate((self, _context, event) => (event.type === 'info' ? { f: 'giveUp' } : self), limit(9, numbered('a'))),
  );
  expect(show(imperfect(generator, { concurrency: 1 }))).toEqual([
    '0 0 invoke a=0',
    '10 0 fail a=0',
    '10 0 invoke a=1',
    '20 0 info a=1',
    '20 1 invoke giveUp',
    '30 1 ok giveUp',
  ]);
});

test('onUpdate may answer the last operation of a generator', () => {
  const confirm = onUpdate(
    (self, _context, { type, f, value }) => (type === 'ok' && f === 'a' ? { f: 'b', value } : self),
    {
      f: 'a',
      value: 7,
    },
  );
  expect(show(perfect(confirm))).toEqual(['0 0 a=7', '10 1 b=7']);
});

test('onUpdate passes events on, and sees invocations too', () => {
  const seen: string[] = [];
  const inner = onUpdate(
    (self, _context, { type }) => {
      seen.push(`inner ${type}`);
      return self;
    },
    limit(1, repeat({ f: 'a' })),
  );
  const outer = onUpdate((self, _context, { type }) => {
    seen.push(`outer ${type}`);
    return self;
  }, inner);
  perfect(outer);
  expect(seen).toEqual(['inner invoke', 'outer invoke', 'inner ok', 'outer ok']);
});

const context = withBusy(atTime(initialContext(2, 0), 100), 100, 1);

/** A generator that yields exactly this. */
const raw = (operation: Record<string, unknown>): Generator => ({
  next: () => ({ kind: 'operation', operation: operation as unknown as Invocation, rest: null }),
  update: () => lift(null),
});
const good = { type: 'invoke', process: 0, time: 100, f: 'a', value: null };

test('validate lets through what can be done', () => {
  expect(validate(raw(good)).next(context)).toMatchObject({ kind: 'operation', operation: good });
  expect(validate(raw({ ...good, type: 'sleep', value: 0.5 })).next(context).kind).toBe('operation');
  expect(validate(null).next(context).kind).toBe('done');
});

test.each([
  [{ type: 'ok' }, 'its type is none of invoke, sleep, log'],
  [{ f: '' }, 'f is not a name'],
  [{ f: undefined }, 'f is not a name'],
  [{ key: 1 }, 'its key is not a string'],
  [{ value: undefined }, 'it has no value (none is null)'],
  [{ type: 'sleep', value: 'long' }, 'the value of a sleep is not a number of seconds'],
  [{ time: 99 }, 'its time is in the past (it is 100 now)'],
  [{ time: 100.5 }, 'its time is not a whole number of nanoseconds'],
  [{ process: 1 }, 'process 1 is busy'],
  [{ process: 2 }, 'process 2 is run by no thread'],
  [{ process: undefined }, 'process undefined is run by no thread'],
])('validate refuses %j: %s', (change, problem) => {
  const operation = { ...good, ...change };
  expect(() => validate(raw(operation)).next(context)).toThrow(
    `the generator yielded an operation that can't be done: ${problem}: ${JSON.stringify(operation)}`,
  );
});

test('validate names every problem, and watches over what comes later too', () => {
  expect(() => validate(raw({ ...good, f: '', time: 1 })).next(context)).toThrow(
    'f is not a name; its time is in the past',
  );
  const later = validate([{ f: 'a' }, raw({ ...good, f: '' })]);
  const step = later.next(context);
  expect(step.kind).toBe('operation');
  if (step.kind === 'operation') expect(() => step.rest?.next(context)).toThrow('f is not a name');
});
