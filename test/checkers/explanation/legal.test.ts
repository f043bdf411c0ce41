import { describe, expect, it } from 'vitest';
import { decide, type Question } from '../../../checkers/explanation/decide.ts';
import { explain, type Explanation } from '../../../checkers/explanation/explain.ts';
import { readerInWords } from '../../../checkers/explanation/in-words.ts';
import { legalInWords } from '../../../checkers/explanation/lines.ts';
import { columnsOf } from '../../../src/history/columns-builder.ts';
import { shown } from '../../../src/history/json.ts';
import type { History, Json } from '../../../src/history/operation.ts';
import { r, sessions, w, type Step } from '../causal/cc-build.ts';
import { worlds } from '../causal/cm-definitions.ts';
import { historyOfSeed } from '../causal/cm-histories.ts';

function explanationsOf(history: History, question: Question): readonly Explanation[] {
  const decided = decide(question, columnsOf(history), null);
  return decided?.verdict.valid === false ? explain({ ...decided.verdict, ...question }, decided.relations) : [];
}

const first = (question: Question, ...lists: readonly (readonly Step[])[]): Explanation | undefined =>
  explanationsOf(sessions(...lists), question)[0];

const withAnswer = (history: History, completion: number, value: Json): History =>
  history.map((operation) => (operation.index === completion ? { ...operation, value } : operation));

function completionOf(history: History, invocation: number): number {
  const { process } = history[invocation] ?? {};
  return history.findIndex((other) => other.index > invocation && other.process === process);
}

/** What was written to the key of a read before it was answered, by what did not fail, and the initial value. */
function writtenBefore(history: History, invocation: number): readonly Json[] {
  const end = completionOf(history, invocation);
  const writes = history.filter(
    ({ type, f, key, index }) =>
      type === 'invoke' &&
      f !== 'read' &&
      key === history[invocation]?.key &&
      index < end &&
      history[completionOf(history, index)]?.type !== 'fail',
  );
  return [...new Set([null, ...writes.map(({ f, value }) => (f === 'cas' ? ((value as Json[])[1] ?? null) : value))])];
}

/** By the definition: in some world this one read returns what is not overwritten in what comes causally before it. */
function isLegalInCC(history: History, invocation: number): boolean {
  const answer = history[completionOf(history, invocation)]?.value;
  const { process, key } = history[invocation] ?? {};
  const place = history.filter(
    (other) => other.type === 'invoke' && other.process === process && other.key === key && other.f === 'read',
  );
  for (const { calls, from, co } of worlds(history, 'orphans')) {
    const own = calls.filter((call) => call.process === process && call.key === key && call.wrote === undefined);
    const answered = place.filter(({ index }) => history[completionOf(history, index)]?.type === 'ok');
    const reader = own[answered.findIndex(({ index }) => index === invocation)];
    const source = reader === undefined ? undefined : from.get(reader);
    if (reader === undefined || source === undefined || co(reader, reader)) continue;
    const others = calls.filter((call) => call.key === key && call.wrote !== undefined && co(call, reader));
    if (source === null ? others.length === 0 && answer === null : !others.some((call) => co(source, call)))
      return true;
  }
  return false;
}

describe('what a read could have returned', () => {
  it('is judged by all that came causally before it, not by the few operations that show the violation', () => {
    const told = first(
      { model: 'CC' },
      [w('x', 1), w('x', 2)],
      [r('x', 2), w('x', 3), w('y', 7)],
      [r('x', 2), r('y', 7), r('x', 1)],
    );
    // x = 3 came after x = 2, and before the read by y = 7.
    expect(told?.legal).toEqual({ values: ['3'], others: 0 });
  });

  it('may be a concurrent write, also one of unknown outcome, but none that failed or began later', () => {
    const told = first(
      { model: 'CC' },
      [w('x', 1), w('x', 2), r('x', 1), w('z', 1)],
      [w('x', 3), w('x', 4)],
      [w('x', 5, 'info')],
      [w('x', 6, 'fail')],
      [r('z', 1), r('z', 1), r('z', 1), r('z', 1), w('x', 7)],
    );
    expect(told?.legal).toEqual({ values: ['2', '4', '5', '3'], others: 0 });
  });

  it('is the initial value only if no write came before, and nothing where there was none', () => {
    const thin = first({ model: 'CC' }, [r('x', 9)]);
    expect(thin?.legal).toEqual({ values: ['absent'], others: 0 });
    const cyclic = first({ model: 'CC' }, [r('x', 9), w('x', 9)]);
    expect(cyclic?.legal).toEqual({ values: ['absent'], others: 0 });
  });

  it('is a list with an end, which says how many more there are', () => {
    const many = Array.from({ length: 12 }, (_, i) => [w('x', 10 + i)]);
    const told = first({ model: 'CC' }, [w('x', 1), w('x', 2), r('x', 1)], ...many);
    expect(told?.legal?.values).toHaveLength(8);
    expect(told?.legal?.others).toBe(5);
    expect(legalInWords(told?.legal ?? { values: [], others: 0 })).toMatch(/^It could have read: .* or one of 5 more$/);
  });

  it('is not told where two writes are the same, as it is not known then what came before', () => {
    const told = first({ model: 'CC' }, [w('x', 1), w('x', 2), r('x', 1)], [w('y', 1)], [w('y', 1)]);
    expect(told?.legal).toBeNull();
  });

  it('in CC is exactly what the definition allows in the whole history', () => {
    const compared = { legal: 0, not: 0 };
    for (let seed = 0; seed < 600; seed++) {
      const history = historyOfSeed(seed);
      for (const { legal, core } of explanationsOf(history, { model: 'CC' })) {
        if (legal === null) continue;
        const read = core.at(-1) ?? -1;
        const end = completionOf(history, read);
        for (const value of writtenBefore(history, read)) {
          if (value === history[end]?.value) continue;
          const isLegal = isLegalInCC(withAnswer(history, end, value), read);
          if (legal.others === null && isLegal) continue;
          expect([seed, value, legal.values.includes(shown(value))]).toEqual([seed, value, isLegal]);
          compared[isLegal ? 'legal' : 'not']++;
        }
      }
    }
    expect(compared.legal).toBeGreaterThan(50);
    expect(compared.not).toBeGreaterThan(50);
  }, 60_000);

  it.each([
    ['CCv', 'CC'],
    ['CM', 'CC'],
    ['PRAM', 'PRAM'],
    ['sequential', 'CC'],
    ['MR', 'MR'],
  ] as const)(
    'in %s has every value with which the whole history holds, and none that %s forbids',
    (model, weaker) => {
      const compared = { legal: 0, listed: 0 };
      for (let seed = 0; seed < 600; seed++) {
        const history = historyOfSeed(seed);
        for (const { legal, core, smallest } of explanationsOf(history, { model })) {
          if (legal === null || smallest === null) continue;
          const read = core.at(-1) ?? -1;
          const end = completionOf(history, read);
          for (const value of writtenBefore(history, read)) {
            if (value === history[end]?.value) continue;
            const isListed = legal.values.includes(shown(value));
            const changed = withAnswer(history, end, value);
            if (decide({ model }, columnsOf(changed), null)?.verdict.valid === true && legal.others !== null) {
              expect([seed, value, isListed]).toEqual([seed, value, true]);
              compared.legal++;
            }
            if (!isListed) continue;
            compared.listed++;
            if (weaker === 'CC') expect([seed, isLegalInCC(changed, read)]).toEqual([seed, true]);
            // What shows the violation would not, had it returned this.
            const written = smallest.operations.some(({ f, value: other }) => f === 'write' && other === value);
            const inSmallest = smallest.positions.indexOf(end);
            const right = withAnswer(smallest.operations, inSmallest, value);
            if (written) expect([seed, decide({ model }, columnsOf(right), null)?.verdict.valid]).toEqual([seed, true]);
          }
        }
      }
      expect(compared.legal).toBeGreaterThan(5);
      expect(compared.listed).toBeGreaterThan(10);
    },
    60_000,
  );

  it('is of the read that the headline names, and of two the one that shows it is named', () => {
    const one = 'process 2 read x = 1';
    expect(readerInWords(`${one} though it had learned of x = 2`, [one])).toBe('It');
    const reads = ['process 1 read x = 1', 'process 2 read x = 2'];
    const named = 'Where process 2 read x = 2, it';
    expect(readerInWords(`${reads.join(', and ')}: they saw two writes in opposite orders`, reads)).toBe(named);
    expect(readerInWords('x = 1 must come before itself', reads)).toBe(named);
  });
});
