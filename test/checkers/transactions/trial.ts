/** The verdicts for transactions on random small histories beside those of the definitions. */

import { expect } from 'vitest';
import type { Pattern } from '../../../checkers/causal/patterns.ts';
import { checkTransactions, type TransactionModelVerdict } from '../../../checkers/transactions/transactions.ts';
import { columnsOf } from '../../../src/history/columns-builder.ts';
import { canonical } from '../../../src/history/json.ts';
import type { History, Json, Operation } from '../../../src/history/operation.ts';
import { random, type Random } from '../../../src/random.ts';
import { formatOperation } from '../../../src/history/writer.ts';
import { unfounded } from './arrows.ts';
import { satisfies, type TransactionModelName } from './definitions.ts';

export interface Split {
  valid: number;
  invalid: number;
  undecided: number;
}

export interface Tally {
  readonly split: Readonly<Record<TransactionModelName, Split>>;
  /** How often each pattern was found, of each model. */
  readonly patterns: Partial<Record<`${TransactionModelName} ${Pattern}`, number>>;
  /** Histories in which two of the models differ, and those with a transaction of unknown outcome. */
  different: number;
  unknownOutcomes: number;
}

/** Every pattern that a model of transactions can be violated by. */
export const patternsOf = (['read-committed', 'read-atomic', 'causal'] as const).flatMap((model, i) =>
  (
    [
      'ThinAirRead',
      'AbortedRead',
      'FutureRead',
      'NotMyLastWrite',
      'NotMyOwnWrite',
      'IntermediateRead',
      'CyclicCO',
      'WriteCOInitRead',
      'WriteCORead',
      (['CyclicRC', 'CyclicRA', 'CyclicTCC'] as const)[i] ?? 'CyclicTCC',
    ] as const
  ).map((pattern) => `${model} ${pattern}` as const),
);

/** Throws for the first history on which a verdict is not that of the definition. */
export function judgeTransactions(count: number, purpose: string): Tally {
  const empty = (): Split => ({ valid: 0, invalid: 0, undecided: 0 });
  const tally: Tally = {
    split: { 'read-committed': empty(), 'read-atomic': empty(), causal: empty() },
    patterns: {},
    different: 0,
    unknownOutcomes: 0,
  };
  for (let seed = 0; seed < count; seed++) {
    const history = randomTransactions(random(seed, purpose));
    try {
      judge(history, tally);
    } catch (thrown) {
      throw new Error(`seed ${seed}\n${history.map(formatOperation).join('')}`, { cause: thrown });
    }
  }
  return tally;
}

function judge(history: History, tally: Tally): void {
  const columns = columnsOf(history);
  const verdicts = checkTransactions(columns);
  if (history.some(({ type }) => type === 'info')) tally.unknownOutcomes++;
  if (new Set(verdicts.map(({ valid }) => valid)).size > 1) tally.different++;
  for (const verdict of verdicts) {
    const { model, valid, violations } = verdict;
    if (valid === 'unknown') {
      expect(isDifferentiated(history)).toBe(false);
      expect(verdict.ambiguity).toBeDefined();
      tally.split[model].undecided++;
    } else {
      const byDefinition = satisfies(model, history);
      expect(`${model} ${valid}`).toBe(`${model} ${byDefinition}`);
      tally.split[model][byDefinition ? 'valid' : 'invalid']++;
    }
    isConsistent(verdict, columns.count);
    if (isDifferentiated(history)) expect(unfounded(history, verdict)).toEqual([]);
    for (const { pattern } of violations) {
      const name = `${model} ${pattern}` as const;
      tally.patterns[name] = (tally.patterns[name] ?? 0) + 1;
    }
  }
}

/** Evidence of a size that a person can look at, whose arrows of a cycle close it. */
function isConsistent({ violations, found, valid, reason }: TransactionModelVerdict, rows: number): void {
  expect(violations.reduce((sum, { repeats }) => sum + repeats, 0)).toBe(found);
  expect(found > 0).toBe(valid === false);
  expect(reason === undefined).toBe(valid === true);
  for (const { core, arrows, pattern } of violations) {
    expect(core.length).toBeGreaterThan(0);
    expect(core.length).toBeLessThanOrEqual(4);
    const all = [...core, ...arrows.flatMap(({ from, to }) => [from, to])];
    expect(all.every((row) => row >= 0 && row < rows)).toBe(true);
    if (!pattern.startsWith('Cyclic')) continue;
    expect(arrows.at(-1)?.to).toBe(arrows[0]?.from);
    arrows.slice(1).forEach(({ from }, i) => expect(from).toBe(arrows[i]?.to));
  }
}

/** Whether no value is written to a key twice, by transactions that happened or may have, and null never. */
function isDifferentiated(history: History): boolean {
  const seen = new Set<string>();
  for (const { type, value, process, index } of history) {
    if (type !== 'invoke') continue;
    const completion = history.find((other) => other.index > index && other.process === process);
    if (completion?.type === 'fail') continue;
    for (const [f, key, written] of value as unknown as readonly (readonly [string, string, Json])[]) {
      if (f === 'r') continue;
      const text = canonical([key, written]);
      if (written === null || seen.has(text)) return false;
      seen.add(text);
    }
  }
  return true;
}

interface Planned {
  readonly thread: number;
  readonly type: 'ok' | 'info' | 'fail';
  readonly micros: readonly (readonly [f: 'r' | 'w', key: string, value: Json])[];
}

/**
 * A few sessions of transactions on up to three keys. Reads return, by choice of the history, the latest write, or any
 * earlier one, that was left behind; sometimes what nobody could have read.
 */
export function randomTransactions(of: Random): History {
  // Long transactions side by side: what contradicts there is several reads of one of them.
  const isDense = of.next() < 0.4;
  const threads = isDense ? 5 : 1 + of.int(5);
  const keys = isDense ? 2 : 1 + of.int(3);
  const count = 4 + of.int(2);
  const [shortest, longest] = isDense ? [3, 5] : [1, 1 + of.int(5)];
  const unknown = of.pick([0, 0, 0, 0.4]);
  const again = of.pick([0, 0, 0, 0.15]);
  const recent = of.pick([0, 0, 0.3, 0.6, 0.9]);
  const reads = of.pick([0.4, 0.55, 0.7]);
  const lies = isDense ? 0 : of.pick([0, 0, 0, 0.05, 0.2]);
  // Now and then a read returns what begins later: then cycles of reads come up.
  const later = of.pick(isDense ? [0, 0.1, 0.2] : [0, 0, 0.3]);
  let written = 0;
  const plan = Array.from({ length: count }, (): Planned => {
    const micros = Array.from({ length: shortest + of.int(longest - shortest + 1) }, () => {
      const key = `k${of.int(keys)}`;
      if (of.next() < reads) return ['r', key, null] as const;
      return ['w', key, of.next() < again ? of.pick([null, 1, 2]) : ++written + 10] as const;
    });
    const type = of.next() < unknown ? 'info' : of.next() < 0.04 ? 'fail' : 'ok';
    return { thread: of.int(threads), type, micros };
  });
  const processes = Array.from({ length: threads }, (_, thread) => thread);
  const history: Operation[] = [];
  plan.forEach(({ thread, type, micros }, i) => {
    const process = processes[thread] ?? 0;
    const say = (kind: Operation['type'], value: Json): void => {
      const index = history.length;
      const error = kind === 'fail' ? { error: 'refused' } : {};
      history.push({ index, process, type: kind, f: 'txn', value, time: index * 1e6, ...error });
    };
    say('invoke', micros);
    if (type === 'info') {
      const goesOn = of.next() < 0.4;
      if (goesOn || of.next() < 0.7) say('info', micros);
      if (!goesOn) processes[thread] = process + threads;
      return;
    }
    const own = new Map<string, Json>();
    const answered = micros.map(([f, key, value]) => {
      if (f === 'w') own.set(key, value);
      return [f, key, f === 'w' ? value : answer(key, i, own)] as const;
    });
    say(type, type === 'ok' ? answered : micros);
  });
  return history;

  function answer(key: string, reader: number, own: ReadonlyMap<string, Json>): Json {
    const writesOf = ({ micros }: Planned): readonly Json[] =>
      micros.filter(([f, name]) => f === 'w' && name === key).map(([, , value]) => value);
    if (of.next() < lies) return of.pick([null, 77, ...plan.flatMap(writesOf)]);
    if (own.has(key)) return own.get(key) ?? null;
    const before = plan.filter(({ type }, i) => type !== 'fail' && (i < reader || (i > reader && of.next() < later)));
    const finals = before.flatMap((one) => writesOf(one).slice(-1));
    if (of.next() < recent) return finals.at(-1) ?? null;
    return of.pick([null, ...finals, ...finals]);
  }
}
