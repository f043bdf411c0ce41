/** The verdicts for CC and CCv on random small histories beside those of the definitions. */

import { expect } from 'vitest';
import { checkCausal } from '../../../checkers/causal/causal.ts';
import type { ModelVerdict, Pattern } from '../../../checkers/causal/patterns.ts';
import { columnsOf } from '../../../src/history/columns-builder.ts';
import type { HistoryColumns } from '../../../src/history/columns.ts';
import type { History, Json, Operation } from '../../../src/history/operation.ts';
import { random, type Random } from '../../../src/random.ts';
import { formatOperation } from '../../../src/history/writer.ts';
import { isCC, isCCv } from './cc-definitions.ts';

export interface Split {
  valid: number;
  invalid: number;
  undecided: number;
}

export interface Tally {
  readonly CC: Split;
  readonly CCv: Split;
  /** How often each pattern was found, and histories with an operation of unknown outcome. */
  readonly patterns: Partial<Record<Pattern, number>>;
  unknownOutcomes: number;
}

/** Throws for the first history on which a verdict is not that of the definition. */
export function judgeCausal(count: number, purpose: string): Tally {
  const tally: Tally = { CC: split(), CCv: split(), patterns: {}, unknownOutcomes: 0 };
  for (let seed = 0; seed < count; seed++) {
    const history = randomKeyValueHistory(random(seed, purpose));
    try {
      judge(history, tally);
    } catch (thrown) {
      throw new Error(`seed ${seed}\n${history.map(formatOperation).join('')}`, { cause: thrown });
    }
  }
  return tally;
}

const split = (): Split => ({ valid: 0, invalid: 0, undecided: 0 });

function judge(history: History, tally: Tally): void {
  const columns = columnsOf(history);
  const [cc, ccv] = checkCausal(columns) as [ModelVerdict, ModelVerdict];
  if (history.some(({ type }) => type === 'info')) tally.unknownOutcomes++;
  for (const [verdict, byDefinition, of] of [
    [cc, isCC(history), tally.CC],
    [ccv, isCCv(history), tally.CCv],
  ] as const) {
    if (verdict.valid === 'unknown') {
      expect(isDifferentiated(history)).toBe(false);
      of.undecided++;
    } else {
      expect(`${verdict.model} ${verdict.valid}`).toBe(`${verdict.model} ${byDefinition}`);
      of[byDefinition ? 'valid' : 'invalid']++;
    }
    for (const { core, pattern } of verdict.violations) {
      expect(core.length).toBeLessThanOrEqual(4);
      if (verdict === ccv) tally.patterns[pattern] = (tally.patterns[pattern] ?? 0) + 1;
    }
  }
  expect(holds(columns, cc)).toBe(true);
  expect(holds(columns, ccv)).toBe(true);
}

/** The rows of each violation are operations of the history, and its arrows are among them and what they read. */
function holds({ count }: HistoryColumns, { violations, found, valid }: ModelVerdict): boolean {
  const repeats = violations.reduce((sum, violation) => sum + violation.repeats, 0);
  const rows = violations.flatMap(({ core, arrows }) => [...core, ...arrows.flatMap(({ from, to }) => [from, to])]);
  return repeats === found && (valid === false) === found > 0 && rows.every((row) => row >= 0 && row < count);
}

/** Whether no value is written to a key twice, by operations that happened or may have, and null never. */
function isDifferentiated(history: History): boolean {
  const seen = new Set<string>();
  for (const { type, f, key, value, process, index } of history) {
    if (type !== 'invoke' || f === 'read') continue;
    const completion = history.find((other) => other.index > index && other.process === process);
    if (completion?.type === 'fail') continue;
    const written = f === 'delete' ? null : f === 'cas' ? (value as Json[])[1] : value;
    const text = `${key} ${JSON.stringify(written)}`;
    if (written === null || seen.has(text)) return false;
    seen.add(text);
  }
  return true;
}

/**
 * Operations of a few sessions on one or two keys. Reads return, by choice of the history, what was written last,
 * what was written at some time, or what will be.
 */
function randomKeyValueHistory(of: Random): History {
  const processes = 1 + of.int(4);
  const keys = 1 + of.int(2);
  const operations = 4 + of.int(5);
  const unknown = of.pick([0, 0, 0.3, 0.6]);
  const again = of.pick([0, 0, 0, 0.15]);
  const cas = of.pick([0, 0, 0, 0.2]);
  const recent = of.next() * of.next();
  const lies = of.pick([0, 0.05, 0.15, 0.4]);
  // Every session begins with a write of its own, and they see those of others in turn.
  const isCrossed = of.next() < 0.4;
  const readsAt = (i: number): number => (isCrossed ? (i < processes ? 0 : 0.85) : 0.55);
  const plan = Array.from({ length: operations }, (_, i) => ({
    thread: isCrossed && i < processes ? i : of.int(processes),
    key: `k${isCrossed && of.next() < 0.7 ? 0 : of.int(keys)}`,
    f: of.next() < cas ? 'cas' : of.next() < readsAt(i) ? 'read' : 'write',
    value: of.next() < again ? 1 : i + 1,
    type: of.next() < unknown ? 'info' : of.next() < 0.04 ? 'fail' : 'ok',
    goesOn: of.next() < 0.4,
  }));
  const threads = Array.from({ length: processes }, (_, thread) => thread);
  const history: Operation[] = [];
  plan.forEach(({ thread, key, f, value, type, goesOn }, i) => {
    const answer = (): Json => {
      const written = plan.filter((other) => other.key === key && other.f !== 'read');
      const before = written.filter((other) => plan.indexOf(other) < i);
      if (of.next() < recent) return before.at(-1)?.value ?? null;
      if (of.next() < lies) return of.pick([null, 77, ...written.map((other) => other.value)]);
      return of.pick([...(isCrossed ? [] : [null]), ...before.map((other) => other.value), before[0]?.value ?? null]);
    };
    const input: Json = f === 'read' ? null : f === 'cas' ? [answer(), value] : value;
    const process = threads[thread] ?? 0;
    const say = (kind: Operation['type'], said: Json): void => {
      const index = history.length;
      const error = kind === 'fail' ? { error: 'refused' } : {};
      history.push({ index, process, type: kind, f, key, value: said, time: index * 1e6, ...error });
    };
    say('invoke', input);
    if (type === 'info') {
      if (goesOn || of.next() < 0.7) say('info', input);
      if (!goesOn) threads[thread] = process + processes;
    } else say(type as Operation['type'], f === 'read' && type === 'ok' ? answer() : input);
  });
  return history;
}
