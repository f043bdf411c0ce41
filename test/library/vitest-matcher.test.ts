import { describe, expect, test } from 'vitest';
import type { Model } from '../../checkers/models/model.ts';
import { register } from '../../checkers/models/register.ts';
import { columnsOf } from '../../src/history/columns-builder.ts';
import { toBeLinearizable } from '../../src/vitest.ts';
import { history } from '../checkers/build.ts';
import { messageOf } from './outcome.ts';

/** The read overlaps the write, so it may see what was there before. */
const linearizable = history(
  [0, 'invoke', 'write', 1],
  [1, 'invoke', 'read'],
  [1, 'ok', 'read', null],
  [0, 'ok', 'write', 1],
);

/** The read begins when the write is over. */
const stale = history([0, 'invoke', 'write', 1], [0, 'ok', 'write', 1], [1, 'invoke', 'read'], [1, 'ok', 'read', null]);

/** Time is over before the search begins. */
const noTime = { timeBudgetMs: -1, methods: 'search' } as const;

describe('a history is expected to be linearizable', () => {
  test('and is', () => {
    expect(linearizable).toBeLinearizable(register);
    expect(columnsOf(linearizable)).toBeLinearizable(register);
    expect([]).toBeLinearizable(register);
  });

  test('and is not: the message is the evidence', async () => {
    const message = await messageOf(() => {
      expect(stale).toBeLinearizable(register);
    });
    expect(message).toContain('not linearizable: process 1 read x = absent');
    expect(message).toContain('The operation that has no place:\n  process 1 read x = absent (2 to 3 in the history');
    expect(message).toContain('What was possible just before: 1');
    expect(message).toContain('  process 0 wrote x = 1 => 1');
    expect(message).toMatch(/fails by itself.*\n {2}process 0 wrote x = 1 \(0 to 1\)\n {2}process 1 read x = absent/);
  });

  test('the evidence is the same for columns', async () => {
    const [fromHistory, fromColumns] = await Promise.all(
      [stale, columnsOf(stale)].map((each) =>
        messageOf(() => {
          expect(each).toBeLinearizable(register);
        }),
      ),
    );
    expect(fromColumns).toBe(fromHistory);
  });

  test('every key that fails has its lines', async () => {
    const both = history(
      [0, 'invoke', 'read', null, { key: 'x' }],
      [0, 'ok', 'read', 1, { key: 'x' }],
      [0, 'invoke', 'read', null, { key: 'y' }],
      [0, 'ok', 'read', 2, { key: 'y' }],
    );
    const message = await messageOf(() => {
      expect(both).toBeLinearizable(register);
    });
    expect(message).toContain('  process 0 read x = 1 (0 to 1');
    expect(message).toContain('  process 0 read y = 2 (2 to 3');
  });

  test('an operation of unknown outcome is marked as such', async () => {
    const maybe = history(
      [0, 'invoke', 'write', 1],
      [0, 'info', 'write', 1],
      [1, 'invoke', 'read'],
      [1, 'ok', 'read', 1],
      [1, 'invoke', 'read'],
      [1, 'ok', 'read', null],
    );
    const message = await messageOf(() => {
      expect(maybe).toBeLinearizable(register);
    });
    expect(message).toContain('process 0 wrote x = 1 (0 to 1, outcome unknown)');
  });
});

describe('a history is expected not to be linearizable', () => {
  test('and is not', () => {
    expect(stale).not.toBeLinearizable(register);
  });

  test('and is', async () => {
    const message = await messageOf(() => {
      expect(linearizable).not.toBeLinearizable(register);
    });
    expect(message).toContain('expected a history that is not linearizable, but it is: all 2 operations have an order');
  });
});

test('what can not be decided fails either way, and says what to raise', async () => {
  const messages = await Promise.all([
    messageOf(() => {
      expect(stale).toBeLinearizable(register, noTime);
    }),
    messageOf(() => {
      expect(stale).not.toBeLinearizable(register, noTime);
    }),
  ]);
  for (const message of messages) {
    expect(message).toContain('linearizability is not decided');
    expect(message).toContain('toBeLinearizable(model, { timeBudgetMs: ... })');
  }
});

test('an operation that the model does not know fails either way', async () => {
  const incremented = history([0, 'invoke', 'increment'], [0, 'ok', 'increment']);
  const messages = await Promise.all([
    messageOf(() => {
      expect(incremented).toBeLinearizable(register);
    }),
    messageOf(() => {
      expect(incremented).not.toBeLinearizable(register);
    }),
  ]);
  for (const message of messages) expect(message).toMatch(/operation 0 can't be checked: .*"increment"/);
});

describe('what is no history is refused, also with `not`', () => {
  const [first] = stale;
  test.each<readonly [unknown, string]>([
    [undefined, 'expected a history (a list of operations, or columns), found undefined'],
    [{ valid: true }, 'expected a history (a list of operations, or columns), found {"valid":true}'],
    [[7], 'operation 0 of the history: expected an object, found 7'],
    [[{ ...first, index: 'a' }], 'operation 0 of the history: expected index to be a whole number from 0, found "a"'],
    [[{ ...first, process: -1 }], 'expected process to be a whole number from 0 or "nemesis", found -1'],
    [[{ ...first, type: 'okay' }], 'expected type to be invoke, ok, fail or info, found "okay"'],
    [[{ ...first, f: null }], 'expected f to be the name of an operation, found null'],
    [[{ ...first, key: 1 }], 'expected key to be a string, found 1'],
    [[{ ...first, value: undefined }], 'expected value to be there (null for none), found undefined'],
    [[{ ...first, time: '0' }], 'expected time to be nanoseconds since the start of the test, found "0"'],
    [[{ ...first, error: 1 }], 'expected error to be a string, found 1'],
    [stale.slice(1), 'operation 0 of the history: expected index 0, found 1'],
    [[first, { ...first, index: 1 }], 'operation 1 of the history: process 0 begins "write" while operation 0'],
    [[{ ...first, type: 'ok' }], 'operation 0 of the history: "ok" of "write" without an invocation'],
  ])('%j', async (received, problem) => {
    const messages = await Promise.all([
      messageOf(() => {
        expect(received).toBeLinearizable(register);
      }),
      messageOf(() => {
        expect(received).not.toBeLinearizable(register);
      }),
    ]);
    for (const message of messages) expect(message).toContain(problem);
  });

  test('nor is anything a model', async () => {
    const message = await messageOf(() => {
      expect(stale).toBeLinearizable({} as Model<number>);
    });
    expect(message).toContain('needs a model');
  });
});

test('the matcher can be given another name', async () => {
  expect.extend({ toBeExplained: toBeLinearizable });
  const explained = expect(stale) as unknown as { toBeExplained(model: Model<unknown>): void };
  const message = await messageOf(() => {
    explained.toBeExplained(register);
  });
  expect(message).toContain('not linearizable: process 1');
});
