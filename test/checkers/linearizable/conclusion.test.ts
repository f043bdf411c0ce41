import { describe, expect, test } from 'vitest';
import type { PartsReport, ReportedFailure } from '../../../checkers/linearizable/check-parts.ts';
import { conclusion, objected } from '../../../checkers/linearizable/conclusion.ts';
import type { Failure, Undecided } from '../../../checkers/linearizable/verdict.ts';

const nothing: PartsReport = {
  parts: 0,
  methods: {},
  valid: 0,
  skipped: 0,
  failures: [],
  undecided: [],
  confirmed: 0,
  refuted: [],
  left: [],
};
const concluded = (...reports: readonly Partial<PartsReport>[]) =>
  conclusion(
    'register',
    7,
    reports.map((report) => ({ ...nothing, ...report })),
  );

/** A failure at `completion`, told in brief and in detail. */
const failed = (completion: number): ReportedFailure => {
  const told = (explanation: string) => ({ completion, explanation }) as unknown as Failure;
  return { brief: told(`brief ${completion}`), detailed: told(`detailed ${completion}`) };
};
const open = (key: string | null, more: Partial<Undecided> = {}): Undecided => ({
  key,
  reason: 'it took too long',
  reached: 3,
  explained: 2,
  completions: 4,
  raise: '--time-budget',
  ...more,
});

test('where nothing fails and all is decided, a history is linearizable', () => {
  expect(concluded()).toEqual({
    valid: true,
    model: 'register',
    method: 'wing-gong-lowe',
    methods: {},
    operations: 7,
    parts: { valid: 0, invalid: 0, unknown: 0 },
    failures: [],
    undecided: [],
  });
});

test('what reports of different parts say is added up: the method that decided the most comes first', () => {
  const verdict = concluded(
    { valid: 2, methods: { b: 1, c: 1, a: 1 }, confirmed: 2 },
    { valid: 3, methods: { c: 2, b: 1 }, confirmed: 3 },
  );
  expect(verdict).toMatchObject({ valid: true, parts: { valid: 5, invalid: 0, unknown: 0 }, method: 'c, b, a' });
  expect(Object.entries(verdict.methods)).toEqual([
    ['c', 3],
    ['b', 2],
    ['a', 1],
  ]);
  expect(verdict.witnesses).toEqual({ confirmed: 5, refuted: [] });
  expect(verdict.parts).not.toHaveProperty('skipped');
  expect(Object.keys(concluded({ methods: { z: 1 } }, { methods: { y: 1 } }).methods)).toEqual(['y', 'z']);
});

describe('failures', () => {
  test('come in the order of the history; the first says why, and how many more there are', () => {
    const verdict = concluded({ failures: [failed(9)] }, { failures: [failed(2), failed(5)], undecided: [open('k')] });
    expect(verdict.valid).toBe(false);
    expect(verdict.reason).toBe('not linearizable: detailed 2 (and 2 more keys fail)');
    expect(verdict.failures.map(({ completion }) => completion)).toEqual([2, 5, 9]);
    expect(verdict.parts).toEqual({ valid: 0, invalid: 3, unknown: 1 });
    expect(concluded({ failures: [failed(1), failed(2)] }).reason).toBe(
      'not linearizable: detailed 1 (and 1 more key fails)',
    );
    expect(concluded({ failures: [failed(1)] }).reason).toBe('not linearizable: detailed 1');
  });

  test('are told in detail, if there are details, up to the tenth', () => {
    const twelve = Array.from({ length: 12 }, (_, i) => failed(i));
    const told = concluded({ failures: twelve.with(3, { ...failed(3), detailed: null }) }).failures;
    expect(told.map(({ explanation }) => explanation)).toEqual(
      twelve.map((_, i) => `${i < 10 && i !== 3 ? 'detailed' : 'brief'} ${i}`),
    );
  });
});

test('an order that is none is an error of the checker: nothing is known then, unless something fails', () => {
  const verdict = concluded({ refuted: ['some method, key k: wrong'] }, { refuted: ['a method: wrong'], confirmed: 1 });
  expect(verdict.valid).toBe('unknown');
  expect(verdict.reason).toBe('an order that was found is none, an error of Clew: a method: wrong');
  expect(verdict.witnesses).toEqual({ confirmed: 1, refuted: ['a method: wrong', 'some method, key k: wrong'] });
  expect(concluded({ refuted: ['wrong'], failures: [failed(1)] }).valid).toBe(false);
  expect(concluded({ refuted: ['wrong'], undecided: [open('k')] }).reason).toMatch(/^an order that was found is none/);
});

test('what is open is named, by its key, with what allows more', () => {
  const reason = (...undecided: readonly Undecided[]) => concluded({ undecided }).reason;
  expect(reason(open(null))).toBe('linearizability is not decided: it took too long; --time-budget allows more');
  expect(reason(open('k', { raise: '--memory-budget', reason: 'it was too much' }))).toBe(
    'linearizability is not decided for key k: it was too much; --memory-budget allows more',
  );
  expect(reason(open('k'), open('b'), open('m'))).toBe(
    'linearizability is not decided for key b (and for 2 more): it took too long; --time-budget allows more',
  );
  const verdict = concluded({ undecided: [open('k')], valid: 4 }, { undecided: [open('b')], skipped: 3 });
  expect(verdict.valid).toBe('unknown');
  expect(verdict.undecided.map(({ key }) => key)).toEqual(['b', 'k']);
  expect(verdict.parts).toEqual({ valid: 4, invalid: 0, unknown: 2, skipped: 3 });
});

test('a check that was called off knows nothing of the rest', () => {
  expect(concluded({ skipped: 2, valid: 1 }, { skipped: 1 })).toMatchObject({
    valid: 'unknown',
    reason: 'the check was called off with 3 parts to go',
    parts: { valid: 1, invalid: 0, unknown: 0, skipped: 3 },
  });
});

test('an operation that the model does not know says where it is', () => {
  expect(objected('register', { kind: 'objection', position: 4, objection: 'a register knows no "pop"' })).toEqual({
    valid: 'unknown',
    reason: `operation 4 can't be checked: a register knows no "pop"`,
    model: 'register',
    method: 'wing-gong-lowe',
    methods: {},
    operations: 0,
    parts: { valid: 0, invalid: 0, unknown: 0 },
    failures: [],
    undecided: [],
  });
});
