/**
 * What evidence has to be, tried out on small random histories with all orders enumerated. Shares no code with what it
 * judges.
 */

import { expect } from 'vitest';
import { checkLinearizable } from '../../../checkers/linearizable/linearizable.ts';
import type { Failure } from '../../../checkers/linearizable/verdict.ts';
import type { Model } from '../../../checkers/models/model.ts';
import { formatOperation } from '../../../src/history/writer.ts';
import type { History, Json, Operation } from '../../../src/history/operation.ts';
import { random, type Random } from '../../../src/random.ts';
import type { Step } from '../brute-force.ts';

export interface Kind {
  readonly model: Model<unknown>;
  readonly make: (random: Random, seed: number) => History;
  readonly step: Step;
  readonly shown: (state: Json) => string;
  /** The values that an operation saw, and those that it made. */
  readonly values: (call: Call) => { readonly saw: readonly Json[]; readonly made: readonly Json[] };
  /** Whether it can't change anything. */
  readonly observes: (call: Call) => boolean;
}

export interface Call {
  readonly invocation: Operation;
  /** Null where the outcome is not known. */
  readonly completion: Operation | null;
}

export interface Split {
  valid: number;
  invalid: number;
  /** Operations whose removal leaves a history that can be explained, … */
  needed: number;
  /** … or one that could only because of what was taken away. */
  neededInContext: number;
}

/** Every key of `count` random histories, with everything that the verdict says. */
export function proveEvidence(kind: Kind, purpose: string, count: number): Split {
  const split: Split = { valid: 0, invalid: 0, needed: 0, neededInContext: 0 };
  for (let seed = 0; seed < count; seed++) {
    const history = kind.make(random(seed, purpose), seed);
    try {
      const verdict = checkLinearizable(history, kind.model, { timeBudgetMs: 20_000, replayWitnesses: true });
      const keys = [...new Set(history.map(({ key }) => key ?? null))];
      const expected = keys.map((key) => isExplained(kind.step, callsOf(linesOf(history, key))));
      expect(verdict.valid).toBe(!expected.includes(false));
      expect(verdict.parts.invalid).toBe(expected.filter((valid) => !valid).length);
      expect(verdict.witnesses?.refuted ?? []).toEqual([]);
      split[verdict.valid === true ? 'valid' : 'invalid']++;
      for (const failure of verdict.failures) proveFailure(kind, linesOf(history, failure.key), failure, split);
    } catch (thrown) {
      throw new Error(`seed ${seed}\n${history.map(formatOperation).join('')}`, { cause: thrown });
    }
  }
  return split;
}

/** The proof for one kind, with both verdicts well represented and hardly any removal that needs its context. */
export function proveKind(name: string, kind: Kind, count: number): void {
  const split = proveEvidence(kind, name, count);
  process.stdout.write(`${name}: ${JSON.stringify(split)}\n`);
  expect(split.valid).toBeGreaterThan(count / 6);
  expect(split.invalid).toBeGreaterThan(count / 6);
  expect(split.needed).toBeGreaterThan(5 * split.neededInContext);
}

function proveFailure(kind: Kind, lines: History, failure: Failure, split: Split): void {
  const { completion, invocation, shrunk } = failure;
  expect(failure.prefix).toMatchObject({ positions: completion + 1, smallest: true });
  // What failed is known not to have happened, also before it failed.
  const happened = callsOf(lines).flatMap(({ invocation, completion }) => [invocation, completion ?? invocation]);
  const until = (end: number): readonly Call[] =>
    callsOf(lines.filter((line) => line.index < end && (line.type === 'info' || happened.includes(line))));
  expect(isExplained(kind.step, until(completion + 1))).toBe(false);
  expect(isExplained(kind.step, until(completion))).toBe(true);

  const before = until(completion);
  const without = before.filter((call) => call.invocation.index !== invocation);
  const some = [...ordersOf(kind.step, without)];
  const all = some.length > 0 ? some : [...ordersOf(kind.step, before)];
  const states = new Set(all.map(({ state }) => kind.shown(state)));
  if (states.size <= 10) {
    expect(new Set(failure.states)).toEqual(states);
    expect(failure.states).toHaveLength(states.size);
  }
  expect(failure.statesComplete).toBe(states.size <= 10);
  const known = new Set(all.map(({ order, state }) => `${order.join()} ${kind.shown(state)}`));
  for (const { order, state } of failure.paths) expect(known).toContain(`${order.join()} ${state}`);
  expect(failure.around).toContain(invocation);

  if (shrunk === null) throw new Error('nothing was shrunk');
  proveShrunk(kind, until(completion + 1), invocation, shrunk, split);
}

function proveShrunk(
  kind: Kind,
  prefix: readonly Call[],
  failed: number,
  { operations, positions, minimal }: NonNullable<Failure['shrunk']>,
  split: Split,
): void {
  expect(minimal).toBe(true);
  expect(operations.map(({ index }) => index)).toEqual(operations.map((_, i) => i));
  // In the places where they were in the whole history.
  const kept = callsOf(operations.map((operation, i) => ({ ...operation, index: positions[i] as number })));
  const chosen = new Set(kept.map(({ invocation }) => invocation.index));
  const inPrefix = prefix.filter((call) => chosen.has(call.invocation.index));
  expect(kept.map(endOf)).toEqual(inPrefix.map(endOf));

  // It can't be explained, whatever of the rest took effect as it did.
  const rest = (calls: readonly Call[]): readonly Call[] => {
    const isThere = new Set(calls.map(({ invocation }) => invocation.index));
    return prefix.filter((call) => !isThere.has(call.invocation.index) && !kind.observes(call));
  };
  expect(isExplained(kind.step, inPrefix)).toBe(false);
  expect(isExplained(kind.step, inPrefix, rest(inPrefix))).toBe(false);
  const others = inPrefix.filter(({ invocation }) => invocation.index !== failed);
  const atFault = inPrefix.filter(({ invocation }) => invocation.index === failed);
  expect(
    isExplained(kind.step, [...others, ...atFault.map(({ invocation }) => ({ invocation, completion: null }))]),
  ).toBe(true);
  // An operation that saw a value keeps one that made it.
  expect(supported(kind, prefix, inPrefix)).toHaveLength(inPrefix.length);
  for (const call of inPrefix) {
    const less = supported(
      kind,
      prefix,
      inPrefix.filter((other) => other !== call),
    );
    if (isExplained(kind.step, less)) {
      split.needed++;
      continue;
    }
    // It can't, but only because of what is missing: that would explain it, or what is left beside the operation at fault.
    const unknown = (calls: readonly Call[]): readonly Call[] =>
      calls.map(({ invocation }) => ({ invocation, completion: null }));
    const isFailed = (other: Call): boolean => other.invocation.index === failed;
    const innocent = [...less.filter((other) => !isFailed(other)), ...unknown(less.filter(isFailed))];
    const isMissing = isExplained(kind.step, [...less, ...unknown(rest(less))]);
    expect(isMissing || !isExplained(kind.step, innocent)).toBe(true);
    split.neededInContext++;
  }
}

function supported(kind: Kind, prefix: readonly Call[], calls: readonly Call[]): readonly Call[] {
  const made = (makers: readonly Call[], value: Json, reader: Call): boolean =>
    makers.some(
      (maker) =>
        maker.invocation.index !== reader.invocation.index &&
        maker.invocation.index < endOf(reader) &&
        kind.values(maker).made.some((other) => same(other, value)),
    );
  const left = calls.filter((call) =>
    kind.values(call).saw.every((value) => made(calls, value, call) || !made(prefix, value, call)),
  );
  return left.length === calls.length ? calls : supported(kind, prefix, left);
}

const same = (a: Json, b: Json): boolean => JSON.stringify(a) === JSON.stringify(b);

const linesOf = (history: History, key: string | null): History =>
  history.filter((operation) => (operation.key ?? null) === key);

/** Without those that did not happen. */
function callsOf(lines: History): readonly Call[] {
  return lines
    .filter(({ type }) => type === 'invoke')
    .map((invocation) => {
      const completion = lines.find(
        ({ process, type, index }) => process === invocation.process && type !== 'invoke' && index > invocation.index,
      );
      return { invocation, completion: completion ?? null };
    })
    .filter(({ completion }) => completion?.type !== 'fail' || (completion.error ?? 'mismatch') === 'mismatch')
    .filter(({ invocation: { f }, completion }) => completion?.type !== 'fail' || f === 'cas')
    .map(({ invocation, completion }) => ({ invocation, completion: completion?.type === 'info' ? null : completion }));
}

const endOf = ({ completion }: Call): number => completion?.index ?? Infinity;

interface Ordered {
  readonly order: readonly number[];
  readonly state: Json;
}

/** All orders of `calls`, with or without those of unknown outcome and any of `optional`, and what they leave behind. */
function* ordersOf(step: Step, calls: readonly Call[], optional: readonly Call[] = []): Generator<Ordered> {
  const all = [...calls, ...optional];
  const required = calls.filter(({ completion }) => completion !== null).length;
  function* after(placed: ReadonlySet<Call>, state: Json, latest: number): Generator<Ordered> {
    const done = [...placed].filter((call) => calls.includes(call) && call.completion !== null);
    if (done.length === required) yield { order: [...placed].map(({ invocation }) => invocation.index), state };
    for (const call of all) {
      if (placed.has(call) || endOf(call) < latest) continue;
      const next = step(state, call);
      if (next === undefined) continue;
      yield* after(new Set([...placed, call]), next, Math.max(latest, call.invocation.index));
    }
  }
  yield* after(new Set(), null, -1);
}

/** Whether there is one, each set of operations and state that it leaves tried once. */
function isExplained(step: Step, calls: readonly Call[], optional: readonly Call[] = []): boolean {
  const all = [...calls, ...optional];
  const required = calls.reduce((bits, { completion }, i) => (completion === null ? bits : bits | (1 << i)), 0);
  const tried = new Set<string>();
  const after = (placed: number, state: Json, latest: number): boolean => {
    if ((placed & required) === required) return true;
    const here = `${placed} ${JSON.stringify(state)}`;
    if (tried.has(here)) return false;
    tried.add(here);
    return all.some((call, i) => {
      if ((placed & (1 << i)) !== 0 || endOf(call) < latest) return false;
      const next = step(state, call);
      return next !== undefined && after(placed | (1 << i), next, Math.max(latest, call.invocation.index));
    });
  };
  return after(0, null, -1);
}
