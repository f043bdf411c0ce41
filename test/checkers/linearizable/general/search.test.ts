import { describe, expect, test } from 'vitest';
import { finals, search } from '../../../../checkers/linearizable/general/search.ts';
import { complete, impossible, type Model } from '../../../../checkers/models/model.ts';
import { register } from '../../../../checkers/models/register.ts';
import { columnsOf } from '../../../../src/history/columns-builder.ts';
import type { History, Json } from '../../../../src/history/operation.ts';
import { random } from '../../../../src/random.ts';
import { history, type Line } from '../../build.ts';
import { randomRegisterHistory } from '../../random-history.ts';
import { rounds } from '../../rounds.ts';
import { kinds } from './kinds.ts';
import { expectExplained, hasty, never, partsOf, trials, tunings } from './trial.ts';

test.each(Object.entries(kinds))(
  'random histories of a %s are decided as by brute force, with every end and nothing else',
  (_name, kind) => {
    const { valid, invalid } = trials(kind, rounds(450));
    expect(Math.min(valid, invalid)).toBeGreaterThan(rounds(450) / 9);
  },
);

const registers = complete(register as Model<unknown>);

function onlyPart(model: typeof registers, lines: History) {
  const [part] = partsOf(model, columnsOf(lines));
  if (part === undefined) throw new Error('no part');
  return part;
}

describe('more clients than there are bits in a word', () => {
  const shape = { operations: 400, processes: 90, values: 4, unknown: 0.02, lies: 0 };

  test('what a real register answered has a witness, however the search goes about it', () => {
    for (let seed = 0; seed < rounds(12); seed++) {
      const part = onlyPart(registers, randomRegisterHistory(random(seed, 'wide'), shape));
      for (const tuning of tunings) {
        const way = search(registers, part, tuning);
        expect(way.advance(never)).toBe('valid');
        expectExplained(registers, part, way.witness());
      }
    }
  });

  test('a read of a value that was gone is found among them', () => {
    for (let seed = 0; seed < 6; seed++) {
      const lines = [...randomRegisterHistory(random(seed, 'wide'), { ...shape, unknown: 0 })];
      // All is done and a write of 7 has returned twice: 8 was there in between, and is read after the second.
      for (const [f, value] of [
        ['write', 7],
        ['write', 8],
        ['write', 7],
        ['read', 8],
      ] as const) {
        const call = { process: 1000, f, key: 'x', time: 0 };
        lines.push({ ...call, index: lines.length, type: 'invoke', value: f === 'read' ? null : value });
        lines.push({ ...call, index: lines.length, type: 'ok', value });
      }
      const part = onlyPart(registers, lines);
      for (const tuning of tunings) expect(search(registers, part, tuning).advance(never)).toBe('invalid');
    }
  });
});

describe('histories too long for brute force', () => {
  const shapes = [
    { operations: 150, processes: 5, values: 2, unknown: 0, lies: 0 },
    { operations: 150, processes: 7, values: 3, unknown: 0.02, lies: 0 },
    { operations: 80, processes: 12, values: 2, unknown: 0, lies: 0 },
  ];

  test('what a real register answered is never refuted, wherever a window begins', () => {
    for (let seed = 0; seed < rounds(240); seed++) {
      const shape = shapes[seed % shapes.length] ?? shapes[0];
      if (shape === undefined) throw new Error('no shape');
      const part = onlyPart(registers, randomRegisterHistory(random(seed, 'long'), shape));
      for (const tuning of [hasty, { ...hasty, windowAtFirst: 3 }]) {
        const way = search(registers, part, tuning);
        expect(way.advance(never), `seed ${seed}`).toBe('valid');
        expectExplained(registers, part, way.witness());
      }
    }
  });

  test('pending operations are spent with thrift, so that there is one left where it is needed', () => {
    const shape = { operations: 6000, processes: 20, values: 5, unknown: 0.01, lies: 0 };
    for (let seed = 0; seed < 3; seed++) {
      const way = search(registers, onlyPart(registers, randomRegisterHistory(random(seed, 'thrift'), shape)));
      expect(way.advance(() => way.visited() > 30_000)).toBe('valid');
    }
  });
});

test('the model is asked about an operation in a state once', () => {
  for (const tuning of tunings) {
    const asked = new Map<string, number>();
    const model = complete({
      ...(register as Model<unknown>),
      step(state, operation) {
        const question = JSON.stringify([state, operation.f, operation.input, operation.output, operation.outcome]);
        asked.set(question, (asked.get(question) ?? 0) + 1);
        return register.step(state as Json, operation);
      },
    });
    const shape = { operations: 100, processes: 8, values: 4, unknown: 0.05, lies: 0.02 };
    const part = onlyPart(model, randomRegisterHistory(random(3, 'asked'), shape));
    search(model, part, tuning).advance(never);
    expect(asked.size).toBeGreaterThan(30);
    expect(new Set(asked.values())).toEqual(new Set([1]));
  }
});

test('an invalid part says after how many completions no order was left', () => {
  const lines: Line[] = [
    [0, 'invoke', 'write', 1],
    [0, 'ok', 'write', 1],
    [1, 'invoke', 'read'],
    [1, 'ok', 'read', 1],
    [1, 'invoke', 'read'],
    [1, 'ok', 'read', 2],
    [0, 'invoke', 'read'],
    [0, 'ok', 'read', 1],
  ];
  const way = search(registers, onlyPart(registers, history(...lines)));
  expect(way.advance(never)).toBe('invalid');
  // Both before the read of 2, which nobody wrote.
  expect(way.explained()).toBe(2);
});

test('operations that only write what is there already may be needed later', () => {
  // 1 is there when the second write of it begins; it has to take effect after the write of 2.
  const lines = history(
    [0, 'invoke', 'write', 1],
    [0, 'ok', 'write', 1],
    [1, 'invoke', 'write', 1],
    [2, 'invoke', 'write', 2],
    [0, 'invoke', 'read'],
    [0, 'ok', 'read', 2],
    [0, 'invoke', 'read'],
    [0, 'ok', 'read', 1],
    [1, 'ok', 'write', 1],
    [2, 'ok', 'write', 2],
  );
  expect(search(registers, onlyPart(registers, lines)).advance(never)).toBe('valid');
});

describe('an operation of unknown outcome', () => {
  const verdicts = (lines: History) =>
    tunings.map((tuning) => search(registers, onlyPart(registers, lines), tuning).advance(never));
  const everywhere = (verdict: 'valid' | 'invalid') => tunings.map(() => verdict);

  test('does not happen before it began, even if one like it did', () => {
    const lines = (second: readonly Line[], read: readonly Line[]): History =>
      history(
        [0, 'invoke', 'write', 1],
        [2, 'invoke', 'read'],
        [2, 'ok', 'read', 1],
        [2, 'invoke', 'write', 2],
        [2, 'ok', 'write', 2],
        ...second,
        ...read,
      );
    const begins: readonly Line[] = [[1, 'invoke', 'write', 1]];
    const reads: readonly Line[] = [
      [2, 'invoke', 'read'],
      [2, 'ok', 'read', 1],
    ];
    expect(verdicts(lines(begins, reads))).toEqual(everywhere('valid'));
    expect(verdicts(lines(reads, begins))).toEqual(everywhere('invalid'));
  });

  test('may be seen in passing, before an operation that would lead to the same state without it', () => {
    const lines = history(
      [0, 'invoke', 'write', 1],
      [1, 'invoke', 'write', 2],
      [2, 'invoke', 'read'],
      [1, 'ok', 'write', 2],
      [2, 'ok', 'read', 1],
      [1, 'invoke', 'read'],
      [1, 'ok', 'read', 2],
    );
    expect(verdicts(lines)).toEqual(everywhere('valid'));
  });

  test('may make possible what makes possible what returns', () => {
    const lines = (cas: readonly [number, number]): History =>
      history(
        [0, 'invoke', 'write', 1],
        [1, 'invoke', 'cas', cas],
        [2, 'invoke', 'cas', [2, 3]],
        [2, 'ok', 'cas', [2, 3]],
        [1, 'ok', 'cas', cas],
      );
    expect(verdicts(lines([1, 2]))).toEqual(everywhere('valid'));
    expect(verdicts(lines([4, 2]))).toEqual(everywhere('invalid'));
  });
});

test('a part of which nothing returned is valid, and ends in every state to which its operations lead', () => {
  const part = onlyPart(registers, history([0, 'invoke', 'write', 1], [1, 'invoke', 'cas', [1, 2]]));
  const way = search(registers, part);
  expect(way.advance(never)).toBe('valid');
  expect([...way.witness()]).toEqual([]);
  const all = finals(registers, part, { statesMax: 10 });
  expect(all.advance(never)).toBe('all');
  expect(all.found().map(({ state, order }) => [state, [...order]])).toEqual([
    [null, []],
    [1, [0]],
    [2, [0, 1]],
  ]);
});

describe('states that the operations of a part can not tell apart', () => {
  const textOf = (value: Json): string => (typeof value === 'string' ? value : '');
  /** Text that grows; a text that is not the beginning of one that was read is like any other. */
  const texts = (shared: boolean): Model<string> => ({
    name: 'text',
    init: '',
    step: (state, { f, input, output }) =>
      f === 'append' ? state + textOf(input) : f === 'clear' ? '' : output === state ? state : impossible,
    observes: ({ f }) => f === 'read',
    ...(shared && {
      keyAmong: (operations) => {
        const read = operations.flatMap(({ f, output }) => (f === 'read' ? [textOf(output)] : []));
        return (state) => (read.some((text) => text.startsWith(state)) ? state : '\0');
      },
    }),
  });
  /** `width` appends at once, then a clear, then a read. */
  const lines = (width: number, read: Json): readonly Line[] => {
    const appends = Array.from({ length: width }, (_, i) => i);
    return [
      ...appends.map((i): Line => [i, 'invoke', 'append', `${i},`]),
      ...appends.map((i): Line => [i, 'ok', 'append', `${i},`]),
      [0, 'invoke', 'clear'],
      [0, 'ok', 'clear'],
      [0, 'invoke', 'read'],
      [0, 'ok', 'read', read],
    ];
  };

  test('are one state, which makes a search short that would be long', () => {
    const model = complete(texts(true));
    const way = search(model, onlyPart(model as typeof registers, history(...lines(9, '3,4,'))));
    expect(way.advance(never)).toBe('invalid');
    const bare = complete(texts(false));
    const long = search(bare, onlyPart(bare as typeof registers, history(...lines(9, '3,4,'))));
    expect(long.advance(() => long.visited() > 100 * way.visited())).toBe('stopped');
  });

  test('are different ends all the same', () => {
    const model = complete(texts(true));
    const part = onlyPart(model, history(...lines(3, '').slice(0, 6)));
    const way = finals(model, part, { statesMax: 100 });
    expect(way.advance(never)).toBe('all');
    expect(way.found()).toHaveLength(6);
  });
});

test('stopping it at every question changes nothing', () => {
  const part = onlyPart(
    registers,
    randomRegisterHistory(random(1, 'stops'), { operations: 60, processes: 9, values: 2, unknown: 0.1, lies: 0 }),
  );
  const way = search(registers, part, hasty);
  let stops = 0;
  while (way.advance(() => true) === 'stopped') stops++;
  expect(stops).toBeGreaterThan(20);
  expect(way.advance(never)).toBe('valid');
});
