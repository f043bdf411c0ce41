import { describe, expect, it } from 'vitest';
import { decide, type Question } from '../../../checkers/explanation/decide.ts';
import { explain, type Explanation, type ExplainOptions } from '../../../checkers/explanation/explain.ts';
import { smallestInWords } from '../../../checkers/explanation/lines.ts';
import type { MicroOperation } from '../../../checkers/transactions/micro-operations.ts';
import { columnsOf } from '../../../src/history/columns-builder.ts';
import type { History, Operation } from '../../../src/history/operation.ts';
import { random } from '../../../src/random.ts';
import { r, sessions, w, type Step } from '../causal/cc-build.ts';
import { historyOfSeed } from '../causal/cm-histories.ts';
import { randomTransactions } from '../transactions/trial.ts';

function explained(history: History, question: Question, options: ExplainOptions = {}): readonly Explanation[] {
  const decided = decide(question, columnsOf(history), null);
  return decided?.verdict.valid === false
    ? explain({ ...decided.verdict, ...question }, decided.relations, options)
    : [];
}

const nothing = { operations: [], positions: [], minimal: true, leftOut: 0 };

const micro = (text: string): MicroOperation => {
  const [f = 'r', key = '', value = ''] = text.split(' ');
  return [f as 'r' | 'w', key, value === 'null' ? null : Number(value)];
};

/** One list of transactions for each process, each as `w x 1, r y null`; processes take turns. */
function transactions(...lists: readonly (readonly string[])[]): History {
  const history: Operation[] = [];
  for (let turn = 0; lists.some((list) => turn < list.length); turn++) {
    lists.forEach((list, process) => {
      if (list[turn] === undefined) return;
      const done = list[turn]?.split(', ').map(micro) ?? [];
      const asked = done.map(([f, key, value]) => [f, key, f === 'r' ? null : value]);
      for (const [type, value] of [['invoke', asked] as const, ['ok', done] as const]) {
        history.push({ index: history.length, process, type, f: 'txn', value, time: history.length });
      }
    });
  }
  return history;
}

describe('the smallest history of transactions', () => {
  it('has only those reads and writes that it takes, in invocations and completions', () => {
    const history = transactions(['w x 1, w c 1, w y 1, w d 1', 'w c 2'], ['r y 1, w e 1, r x null, r d 1']);
    const [told] = explained(history, { model: 'read-atomic' });
    expect(told?.smallest?.operations.map(({ type, value }) => [type, value])).toEqual([
      ['invoke', expect.arrayContaining([['w', 'x', 1]])],
      ['ok', expect.arrayContaining([['w', 'x', 1]])],
      ['invoke', expect.arrayContaining([['r', 'x', null]])],
      ['ok', expect.arrayContaining([['r', 'x', null]])],
    ]);
    // The other key by which the transaction was seen is y or d.
    for (const { value } of told?.smallest?.operations ?? []) expect(value).toHaveLength(2);
    expect(told?.smallest).toMatchObject({ minimal: true, leftOut: 4 });
    expect(told?.headline).toMatch(/though it had already learned of x = 1$/);
    expect(smallestInWords(told?.smallest ?? nothing)).toContain('(4 reads and writes in them left out)');
    expect(told?.core.every((at) => history[at]?.type === 'invoke')).toBe(true);
  });

  it('violates the model, and without any one read or write, with what read it, does not', () => {
    let cut = 0;
    for (let seed = 0; seed < 250; seed++) {
      const history = randomTransactions(random(seed, 'smallest'));
      for (const model of ['read-committed', 'read-atomic', 'causal'] as const) {
        for (const { smallest } of explained(history, { model })) {
          if (smallest === null) continue;
          const { operations, leftOut } = smallest;
          const isViolated = (part: History): boolean =>
            decide({ model }, columnsOf(part), null)?.verdict.valid === false;
          expect([seed, isViolated(operations), smallest.minimal]).toEqual([seed, true, true]);
          for (const rest of withoutOne(operations)) expect([seed, isViolated(rest)]).toEqual([seed, false]);
          cut += leftOut;
        }
      }
    }
    expect(cut).toBeGreaterThan(50);
  }, 60_000);

  /** The history without each read or write of a transaction in turn, and without the reads of what that wrote. */
  function* withoutOne(history: History): Generator<History> {
    const lists = history.map(({ f, value }) => (f === 'txn' ? (value as unknown as MicroOperation[]) : []));
    for (const { index, type, process, f } of history) {
      if (type !== 'invoke' || f !== 'txn') continue;
      const end = history.findIndex((other) => other.index > index && other.process === process);
      for (const [place, [kind, key, value]] of (lists[index] ?? []).entries()) {
        const isGone = ([g, k, v]: MicroOperation): boolean =>
          kind === 'w' && g === 'r' && k === key && JSON.stringify(v) === JSON.stringify(value);
        // Reads are known by what they returned: those of an invocation by their place in its completion.
        const gone = history.map(({ index: at, type: is, process: of }) => {
          const last = is === 'invoke' ? history.findIndex((other) => other.index > at && other.process === of) : at;
          const answer = lists[last] ?? lists[at] ?? [];
          return (lists[at] ?? []).map(
            (_, i) => ((at === index || at === end) && i === place) || (answer[i] !== undefined && isGone(answer[i])),
          );
        });
        const rest = history.map((operation, at): Operation =>
          operation.f === 'txn'
            ? { ...operation, value: (lists[at] ?? []).filter((_, i) => gone[at]?.[i] !== true) }
            : operation,
        );
        yield rest.map((operation, at) => ({ ...operation, index: at }));
      }
    }
  }
});

/** A cycle of the orders that reads imply, over so many keys: every session sees two writes in an order of its own. */
function longCycle(keys: number, more: number): History {
  const key = (i: number): string => `k${i % keys}`;
  const lists: Step[][] = [];
  for (let i = 0; i < keys; i++) {
    lists.push([w(key(i), `b${i}`), w(key(i + 1), `a${(i + 1) % keys}`)], [r(key(i), `a${i}`), r(key(i), `b${i}`)]);
  }
  return sessions(
    ...lists,
    Array.from({ length: more }, (_, i) => w('other', i)),
  );
}

describe('the smallest history', () => {
  it('is found among many operations, also where the argument is too long to be told', () => {
    const [told] = explained(longCycle(40, 500), { model: 'CCv' }, { timeBudgetMs: 60_000 });
    expect(told?.smallest?.minimal).toBe(true);
    expect(told?.smallest?.operations).toHaveLength(2 * 160);
  }, 60_000);

  it('is not called minimal where there was no time to see that', () => {
    let at = 0;
    const history = longCycle(33, 60);
    const [hurried] = explained(history, { model: 'CCv' }, { timeBudgetMs: 1000, now: () => (at += 10) });
    const [told] = explained(history, { model: 'CCv' }, { timeBudgetMs: 60_000 });
    expect(told?.smallest?.minimal).toBe(true);
    expect(hurried?.smallest?.minimal).toBe(false);
    expect(hurried?.smallest?.operations.length).toBeGreaterThan(told?.smallest?.operations.length ?? Infinity);
    const again = decide({ model: 'CCv' }, columnsOf(hurried?.smallest?.operations ?? []), null);
    expect(again?.verdict.valid).toBe(false);
    expect(smallestInWords(hurried?.smallest ?? nothing)).toMatch(
      /though fewer of these may: there was no time to try all/,
    );
  });

  it('is none where there was no time at all', () => {
    let at = 0;
    const [told] = explained(longCycle(3, 0), { model: 'CCv' }, { timeBudgetMs: 1, now: () => (at += 10) });
    expect(told).toMatchObject({ smallest: null, legal: null, pattern: 'CyclicCF' });
    expect(told?.core.length).toBeGreaterThan(1);
  });

  it('of sequential consistency is searched for within the time that is given', () => {
    const columns = columnsOf(historyOfSeed(3));
    const answer = (deadline: number) =>
      decide({ model: 'sequential' }, columns, null, { deadline, bytesMax: Infinity, now: () => 1 })?.verdict.valid;
    expect([answer(Infinity), answer(0)]).toEqual([true, 'unknown']);
  });
});

it('tells two transactions of one process apart by what they did', () => {
  const history = transactions(['w a 1', 'w a 2, w b 2'], ['r a 1, r b 2']);
  const [told] = explained(history, { model: 'read-atomic' });
  expect(told?.steps.map(({ text }) => text).join()).toContain(
    'so the transaction in which process 0 wrote a = 2 and wrote b = 2 must come before the transaction in which process 0 wrote a = 1',
  );
});
