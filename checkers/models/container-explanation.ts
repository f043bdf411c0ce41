/** Why an element could not have come out of a container, in words that a reader can verify in the history. */

import { canonical, shown } from '../../src/history/json.ts';
import type { Json } from '../../src/history/operation.ts';
import { isInsert, type ContainerWords } from './container.ts';
import type { Explanation, TimedOperation } from './model.ts';

/** Which of the elements that are in a container has to come out before another. */
export interface Precedence {
  /** Whether the element that `other` put in has to come out before all that `inserts` put in, at the time of `failed`. */
  isFirst(other: TimedOperation, inserts: readonly TimedOperation[], failed: TimedOperation): boolean;
  /** What is said of `other`, after "it had been enqueued". */
  readonly clause: string;
  /** Whether it may be said of an element that was there from the start, too. */
  readonly ofInitial: boolean;
}

export const overtaken = {
  byYounger: {
    isFirst: (other, inserts) => inserts.every(({ invoked }) => other.completed < invoked),
    clause: 'before that',
    ofInitial: false,
  },
  byOlder: {
    isFirst: (other, inserts) => inserts.every(({ completed }) => completed < other.invoked),
    clause: 'after that',
    ofInitial: true,
  },
  byLarger: (priorityOf: (element: Json) => number | undefined): Precedence => ({
    isFirst: (other, _inserts, failed) =>
      (priorityOf(other.input) ?? Infinity) < (priorityOf(failed.output) ?? -Infinity),
    clause: 'before that removal began',
    ofInitial: true,
  }),
} as const satisfies Record<string, Precedence | ((...given: never[]) => Precedence)>;

/**
 * Explains a removal by one element: nobody had put it in, or it had come out as often as it was put in; or there was
 * another that should have come out before it. Nothing is claimed unless it holds in every order.
 */
export function explainContainer(
  words: ContainerWords,
  initial: readonly Json[],
  failed: TimedOperation,
  others: readonly TimedOperation[],
  precedence: Precedence | null,
): Explanation | null {
  if (failed.outcome !== 'ok' || isInsert(words, failed)) return null;
  const contents = contentsOf(words, initial, others);
  if (failed.output === null) return notEmpty(words, failed, contents);
  return (
    tooOften(words, failed, contents) ?? (precedence === null ? null : overtaking(words, failed, contents, precedence))
  );
}

interface Contents {
  readonly inserts: ReadonlyMap<string, readonly TimedOperation[]>;
  readonly removals: ReadonlyMap<string, readonly TimedOperation[]>;
  readonly initial: ReadonlyMap<string, number>;
  /** Whether removals of unknown outcome may have taken out anything. */
  readonly isUncertain: boolean;
}

function contentsOf(words: ContainerWords, initial: readonly Json[], others: readonly TimedOperation[]): Contents {
  const inserts = new Map<string, TimedOperation[]>();
  const removals = new Map<string, TimedOperation[]>();
  let isUncertain = false;
  for (const other of others) {
    if (isInsert(words, other)) group(inserts, other.input, other);
    else if (other.outcome === 'ok') group(removals, other.output, other);
    else isUncertain = true;
  }
  const counts = new Map<string, number>();
  for (const element of initial) counts.set(canonical(element), (counts.get(canonical(element)) ?? 0) + 1);
  return { inserts, removals, initial: counts, isUncertain };
}

function tooOften(words: ContainerWords, failed: TimedOperation, contents: Contents): Explanation | null {
  const text = canonical(failed.output);
  const inserts = contents.inserts.get(text) ?? [];
  const initially = contents.initial.get(text) ?? 0;
  const value = shown(failed.output);
  if (inserts.length + initially === 0) {
    return { clause: `nobody had ${words.inserted} ${value} before`, witnesses: [] };
  }
  const removals = (contents.removals.get(text) ?? []).filter(({ completed }) => completed < failed.completed);
  if (removals.length < inserts.length + initially) return null;
  const often = (times: number): string => (times === 1 ? 'once' : `${times} times`);
  const put = inserts.length === 0 ? '' : `${words.inserted} ${often(inserts.length)}`;
  const there = initially === 0 ? '' : `there ${often(initially)} at first`;
  const both = put !== '' && there !== '' ? ' and ' : '';
  const who = removals.map(({ process }) => process).slice(-3);
  const processes = `process${who.length === 1 ? '' : 'es'} ${who.join(' and ')}`;
  return {
    clause: `${value} was ${put}${both}${there}, and ${processes} had ${words.removed} it already`,
    witnesses: [...inserts.slice(-3), ...removals.slice(-3)],
  };
}

function notEmpty(words: ContainerWords, failed: TimedOperation, contents: Contents): Explanation | null {
  const remaining = remainingIn(contents, failed);
  if (remaining === undefined) return null;
  const clause = `${there(words, remaining)} before that, and nobody had ${words.removed} it`;
  return { clause, witnesses: [remaining] };
}

function overtaking(
  words: ContainerWords,
  failed: TimedOperation,
  contents: Contents,
  precedence: Precedence,
): Explanation | null {
  const text = canonical(failed.output);
  if (contents.initial.has(text) && !precedence.ofInitial) return null;
  const inserts = contents.inserts.get(text) ?? [];
  const first = remainingIn(contents, failed, (other) => precedence.isFirst(other, inserts, failed));
  if (first === undefined) return null;
  const clause = `${there(words, first)} ${precedence.clause}, and nobody had ${words.removed} it`;
  return { clause, witnesses: [...inserts.slice(-3), first] };
}

const there = ({ inserted }: ContainerWords, { input, process }: TimedOperation): string =>
  `${shown(input)} had been ${inserted} (process ${process})`;

/** An element that was put in before `failed` began and that nobody can have taken out before it completed. */
function remainingIn(
  { inserts, removals, isUncertain }: Contents,
  failed: TimedOperation,
  isWanted: (insert: TimedOperation) => boolean = () => true,
): TimedOperation | undefined {
  if (isUncertain) return undefined;
  for (const [text, all] of inserts) {
    if (removals.has(text)) continue;
    const found = all.find(
      (insert) => insert.outcome === 'ok' && insert.completed < failed.invoked && isWanted(insert),
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

function group(groups: Map<string, TimedOperation[]>, value: Json, operation: TimedOperation): void {
  const text = canonical(value);
  const known = groups.get(text);
  if (known === undefined) groups.set(text, [operation]);
  else known.push(operation);
}
