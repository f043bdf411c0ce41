import { describe, expect, it } from 'vitest';
import { checkCC } from '../../../checkers/causal/cc.ts';
import { checkCCv } from '../../../checkers/causal/ccv.ts';
import { checkCM } from '../../../checkers/causal/cm.ts';
import type { ModelVerdict } from '../../../checkers/causal/patterns.ts';
import { checkPRAM } from '../../../checkers/causal/pram.ts';
import { checkSequential } from '../../../checkers/causal/sequential.ts';
import { checkSessions } from '../../../checkers/causal/sessions.ts';
import { decide } from '../../../checkers/explanation/decide.ts';
import {
  explain,
  type ExplainedArrow,
  type ExplainedStep,
  type Explanation,
  type SmallestHistory,
} from '../../../checkers/explanation/explain.ts';
import { checkTransactions, transactionAnalysis } from '../../../checkers/transactions/transactions.ts';
import { columnsOf } from '../../../src/history/columns-builder.ts';
import type { HistoryColumns } from '../../../src/history/columns.ts';
import type { Json, Operation } from '../../../src/history/operation.ts';
import { random } from '../../../src/random.ts';
import { columnsOfSessions, r, w } from '../causal/cc-build.ts';
import { historyOfSeed } from '../causal/cm-histories.ts';
import { analysed, unlimited } from '../causal/cm-trial.ts';
import { randomTransactions } from '../transactions/trial.ts';

function verdictsOf(columns: HistoryColumns) {
  const { accesses, causal, found } = analysed(columns);
  const verdicts: readonly ModelVerdict[] = [
    checkCC(causal, found),
    checkCCv(causal, found),
    checkCM(causal, found),
    checkPRAM(causal),
    checkSequential(accesses, causal, found, unlimited),
    ...checkSessions(causal),
  ];
  return { relations: causal.relations, verdicts };
}

function judge({ smallest, model, mode, core, headline, steps }: Explanation, seed: number): void {
  expect([seed, model, smallest === null]).toEqual([seed, model, false]);
  if (smallest === null) return;
  const question = { model, ...(mode === undefined ? {} : { mode }) };
  expect(decide(question, columnsOf(smallest.operations), null)?.verdict.valid).toBe(false);
  expect([seed, model, smallest.minimal]).toEqual([seed, model, true]);
  expect(core.length).toBeGreaterThan(0);
  expect(core.length).toBeLessThanOrEqual(4);
  expect(headline.length).toBeGreaterThan(10);
  for (const { arrow, path, returned } of steps) {
    const ends = [arrow, ...path, ...(returned === null ? [] : [returned])];
    for (const end of ends) expect(smallest.positions).toEqual(expect.arrayContaining([end.from, end.to]));
    judgeChain(steps, { arrow, path, returned }, smallest);
  }
}

type Chain = Pick<ExplainedStep, 'arrow' | 'path' | 'returned'>;

/** A chain goes from one end to the other, by steps that are there, and there is one for each arrow that is no message. */
function judgeChain(steps: readonly ExplainedStep[], { arrow, path, returned }: Chain, of: SmallestHistory): void {
  const { from, to, relation, because } = arrow;
  if (relation === 'po' || relation === 'rf') {
    expect(path).toEqual([]);
    expect(isStep(arrow, of)).toBe(true);
    return;
  }
  if (returned !== null) expect(isStep(returned, of)).toBe(true);
  const [start, end] = relation === 'fr' ? [returned?.from, to] : [from, because ?? to];
  // A read of the initial value comes before every write.
  if (start === undefined || start === end) return;
  expect([relation, path[0]?.from, path.at(-1)?.to]).toEqual([relation, start, end]);
  path.forEach((step, i) => {
    if (i > 0) expect(step.from).toBe(path[i - 1]?.to);
    const isTold = steps.some((other) => other.arrow !== arrow && isSame(other.arrow, step));
    expect(isStep(step, of) || isTold).toBe(true);
  });
}

const isSame = (a: ExplainedArrow, b: ExplainedArrow): boolean =>
  a.from === b.from && a.to === b.to && a.relation === b.relation;

/** Whether an arrow is what it is called: later in the same process, or a read of what was written. */
function isStep({ from, to, relation }: ExplainedArrow, { operations, positions }: SmallestHistory): boolean {
  const [a, b] = [positions.indexOf(from), positions.indexOf(to)].map((i) => operations[i]);
  if (a === undefined || b === undefined) return false;
  if (relation === 'po') return a.process === b.process && from < to;
  const answer = operations.find(({ index, process }) => index > b.index && process === b.process);
  const read = b.f === 'read' ? answer?.value : (b.value as Json[])[0];
  const wrote = a.f === 'cas' ? (a.value as Json[])[1] : a.value;
  return relation === 'rf' && a.key === b.key && a.f !== 'read' && b.f !== 'write' && read === wrote;
}

describe('an explanation', () => {
  it('of any violation in random histories has a smallest history that violates the model, and no operation too many', () => {
    const patterns = new Map<string, number>();
    const orders = new Map<string, number>();
    for (let seed = 0; seed < 700; seed++) {
      const { relations, verdicts } = verdictsOf(columnsOf(historyOfSeed(seed)));
      for (const verdict of verdicts) {
        if (verdict.valid !== false) continue;
        for (const explanation of explain(verdict, relations)) {
          judge(explanation, seed);
          const { pattern, steps } = explanation;
          for (const { arrow } of steps) orders.set(arrow.relation, (orders.get(arrow.relation) ?? 0) + 1);
          patterns.set(pattern, (patterns.get(pattern) ?? 0) + 1);
        }
      }
    }
    for (const pattern of [
      'ThinAirRead',
      'AbortedRead',
      'CyclicCO',
      'WriteCOInitRead',
      'WriteCORead',
      'CyclicCF',
      'WriteHBInitRead',
      'CyclicHB',
      'ReadYourWrites',
      'MonotonicReads',
    ]) {
      expect([pattern, patterns.get(pattern) ?? 0]).toEqual([pattern, expect.toSatisfy((n: number) => n > 2)]);
    }
    for (const order of ['co', 'cf', 'hb', 'vo', 'fr']) {
      expect([order, orders.get(order) ?? 0]).toEqual([order, expect.toSatisfy((n: number) => n > 20)]);
    }
  }, 60_000);

  it('of transactions, too', () => {
    let explained = 0;
    for (let seed = 0; seed < 400; seed++) {
      const columns = columnsOf(randomTransactions(random(seed, 'explain')));
      const { relations } = transactionAnalysis(columns);
      if (relations === null) continue;
      for (const verdict of checkTransactions(columns)) {
        if (verdict.valid !== false) continue;
        for (const explanation of explain(verdict, relations)) {
          const { smallest } = explanation;
          if (smallest === null) continue;
          explained++;
          expect(decide({ model: verdict.model }, columnsOf(smallest.operations), null)?.verdict.valid).toBe(false);
          expect(smallest.minimal).toBe(true);
        }
      }
    }
    expect(explained).toBeGreaterThan(150);
  });

  it('tells the argument in the words of the operations, by the fewest messages', () => {
    const { relations, verdicts } = verdictsOf(
      columnsOfSessions([w('x', 4), w('x', 5), w('u', 1)], [r('x', 5), w('z', 3)], [r('z', 3), r('x', 4)]),
    );
    const [explanation] = explain(verdicts[0] as ModelVerdict, relations);
    expect(explanation?.headline).toBe(
      'process 2 read x = 4 though it had already learned of x = 5, which replaced it',
    );
    expect(explanation?.steps.map(({ text }) => text)).toEqual([
      'process 0 wrote x = 4, and after that it wrote x = 5',
      'process 0 wrote x = 5; process 1 read it; process 1 wrote z = 3; process 2 read it; process 2 read x = 4',
      'process 0 wrote x = 4, and process 2 read x = 4',
    ]);
    expect(explanation?.smallest?.operations.filter(({ type }) => type === 'invoke')).toHaveLength(6);
  });

  it('of a long cycle names two reads, and no writes as if they saw something', () => {
    const circle = [0, 1, 2].flatMap((i) => [
      [w(`k${i}`, `b${i}`), w(`k${(i + 1) % 3}`, `a${(i + 1) % 3}`)],
      [r(`k${i}`, `a${i}`), r(`k${i}`, `b${i}`)],
    ]);
    const { relations, verdicts } = verdictsOf(columnsOfSessions(...circle));
    const [explanation] = explain(verdicts[1] as ModelVerdict, relations);
    expect(explanation?.headline).toMatch(
      /^process \d read k\d = "b\d", and process \d read k\d = "b\d": no order of all writes explains both$/,
    );
  });

  it('names the write that had failed, and the value that nobody wrote', () => {
    const failed = verdictsOf(columnsOfSessions([w('x', 1, 'fail')], [r('x', 1)]));
    const [aborted] = explain(failed.verdicts[0] as ModelVerdict, failed.relations);
    expect(aborted).toMatchObject({
      pattern: 'AbortedRead',
      headline: 'process 1 read x = 1, though the write of it had failed',
      smallest: { minimal: true },
    });
    const nobody = verdictsOf(columnsOfSessions([w('x', 1)], [r('x', 7)]));
    const [thin] = explain(nobody.verdicts[0] as ModelVerdict, nobody.relations);
    expect(thin).toMatchObject({ pattern: 'ThinAirRead', headline: 'process 1 read x = 7, which nobody had written' });
    expect(thin?.smallest?.operations).toHaveLength(2);
  });

  it('is quick in a long history, and counts how often the same came up', () => {
    const history: Operation[] = [];
    const say = (process: number, f: string, key: string, input: number | null, output: number | null): void => {
      for (const [type, value] of [['invoke', input] as const, ['ok', output] as const]) {
        history.push({ index: history.length, process, type, f, key, value, time: history.length });
      }
    };
    for (let i = 1; i <= 20_000; i++) say(i % 7, 'write', `k${i % 50}`, i, i);
    say(8, 'write', 'x', 1, 1);
    say(8, 'write', 'x', 2, 2);
    for (let i = 0; i < 5; i++) {
      say(9, 'read', 'x', null, 2);
      say(9, 'read', 'x', null, 1);
    }
    const { relations, verdicts } = verdictsOf(columnsOf(history));
    const began = performance.now();
    const [explanation] = explain(verdicts[0] as ModelVerdict, relations);
    expect(performance.now() - began).toBeLessThan(1000);
    expect(explanation?.repeats).toBe(5);
    expect(explanation?.smallest?.operations).toHaveLength(8);
  });
});
