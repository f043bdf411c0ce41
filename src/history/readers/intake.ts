/**
 * What must hold of the operations of a history as a sequence, each beside those before it, whatever form they were
 * written in: indices that go up, time that does not go back, completions that complete something, processes that do
 * one thing at a time. Operations that hold become rows.
 */

import { ABSENT } from '../columns.ts';
import { columnsBuilder, type ColumnsBuilder } from '../columns-builder.ts';
import type { OperationType } from '../operation.ts';

/** `types.indexOf` is the number of a type. */
export const types: readonly OperationType[] = ['invoke', 'ok', 'fail', 'info'];
export const INVOKE = 0;
export const OK = 1;
export const FAIL = 2;
export const INFO = 3;

/** What is wrong, and the field of the operation that shows it. */
export interface SequenceProblem {
  readonly field: 'index' | 'time' | 'type' | 'f' | 'key';
  readonly expected: string;
  readonly found: string;
}

export interface IntakeOptions {
  /** `wildcard`: a read that returned null says nothing and is left out. `absent` (default): there was no value. */
  readonly nil?: 'wildcard' | 'absent';
  /** Whether indices only have to go up, as in a part of a history, instead of being the positions. */
  readonly sparse?: boolean;
}

export interface Intake {
  readonly builder: ColumnsBuilder;
  /** From now on operations are on line `line` (from 1). Without a call, each is on a line of its own. */
  onLine(line: number): void;
  /** The line of position `position`. */
  lineOf(position: number): number;
  /**
   * The next operation, by a client. `f`, `key` and `value` are numbers of the builder's, `type` is one of the numbers
   * above. `time` is NaN and `index` -1 where there is none. Nothing is taken when there is a problem.
   */
  client(
    process: number,
    type: number,
    f: number,
    key: number,
    value: number,
    time: number,
    index: number,
    error: string | undefined,
  ): SequenceProblem | null;
  /** The next operation, by the nemesis. `f` is null where invocations and completions of it are not told apart. */
  nemesis(type: number, f: string | null, time: number, index: number): SequenceProblem | null;
  /** The row of the last operation, which was a client's, will not be among the columns. */
  leaveOut(): void;
}

const readNames: readonly string[] = ['read', 'get'];

export function intake({ nil = 'absent', sparse = false }: IntakeOptions = {}): Intake {
  const builder = columnsBuilder();
  let positions = 0;
  let nextIndex = 0;
  let latest = 0;
  let nemesisOpen: { f: string; position: number } | null = null;
  /** The line of each position, as soon as it is not simply one more. */
  let lines: Int32Array | null = null;
  let line = 0;
  /** By the number of an `f`: whether it reads. */
  const reads: boolean[] = [];
  let lastRow = -1;

  const lineOf = (position: number): number => lines?.[position] ?? position + 1;
  const isRead = (f: number): boolean => (reads[f] ??= readNames.includes(nameOf(f)));
  const nameOf = (f: number): string => builder.names[f] ?? '';
  const keyName = (key: number): string => (key < 0 ? 'no key' : `key ${JSON.stringify(builder.keys[key])}`);

  const outOfOrder = (time: number, index: number): SequenceProblem | null => {
    if (index >= 0 && (sparse ? index < nextIndex : index !== positions)) {
      const expected = sparse ? `an index of at least ${nextIndex}` : `index ${positions}`;
      return { field: 'index', expected, found: String(index) };
    }
    if (time < latest)
      return { field: 'time', expected: `a time of at least ${latest}`, found: `${time}: time goes back` };
    return null;
  };
  const taken = (time: number, index: number): null => {
    if (lines !== null || (line !== 0 && line !== positions + 1)) {
      lines ??= Int32Array.from({ length: Math.max(1024, 2 * positions) }, (_, position) => position + 1);
      if (positions >= lines.length) {
        const wider = new Int32Array(lines.length * 2);
        wider.set(lines);
        lines = wider;
      }
      lines[positions] = line;
    }
    positions++;
    if (index >= 0) nextIndex = index + 1;
    if (time > latest) latest = time;
    return null;
  };
  const busy = (who: string, f: string, position: number, next: string): SequenceProblem => ({
    field: 'type',
    expected: `a completion of "${f}", which ${who} began on line ${lineOf(position)}`,
    found: `another invocation ("${next}")`,
  });
  const nothingOpen = (who: string, type: number, f: string): SequenceProblem => ({
    field: 'type',
    expected: `an invocation, as ${who} has no open operation`,
    found: `"${types[type] ?? ''}" of "${f}"`,
  });
  const another = (position: number, field: 'f' | 'key', expected: string, found: string): SequenceProblem => ({
    field,
    expected: `${expected} as in the invocation on line ${lineOf(position)}`,
    found,
  });

  return {
    builder,
    lineOf,
    onLine(number) {
      line = number;
    },
    client(process, type, f, key, value, time, index, error) {
      const problem = outOfOrder(time, index);
      if (problem !== null) return problem;
      const open = builder.open(process);
      if (type === INVOKE) {
        if (open >= 0) {
          return busy(`process ${process}`, nameOf(builder.fOf(open)), builder.invokedOf(open), nameOf(f));
        }
        lastRow = builder.invoke(process, f, key, value, time);
        return taken(time, index);
      }
      if (open < 0) return nothingOpen(`process ${process}`, type, nameOf(f));
      const invokedF = builder.fOf(open);
      const invokedKey = builder.keyOf(open);
      if (f !== invokedF) {
        return another(builder.invokedOf(open), 'f', `f "${nameOf(invokedF)}"`, `"${nameOf(f)}"`);
      }
      if (key !== invokedKey) return another(builder.invokedOf(open), 'key', keyName(invokedKey), keyName(key));
      lastRow = builder.complete(process, type === OK ? 'ok' : type === FAIL ? 'fail' : 'info', value, time, error);
      if (nil === 'wildcard' && type === OK && value === ABSENT && isRead(f)) builder.drop(lastRow);
      return taken(time, index);
    },
    nemesis(type, f, time, index) {
      const problem = outOfOrder(time, index);
      if (problem !== null) return problem;
      if (f !== null) {
        if (type === INVOKE) {
          if (nemesisOpen !== null) return busy('the nemesis', nemesisOpen.f, nemesisOpen.position, f);
          nemesisOpen = { f, position: positions };
        } else {
          if (nemesisOpen === null) return nothingOpen('the nemesis', type, f);
          if (f !== nemesisOpen.f) return another(nemesisOpen.position, 'f', `f "${nemesisOpen.f}"`, `"${f}"`);
          nemesisOpen = null;
        }
      }
      builder.skip();
      return taken(time, index);
    },
    leaveOut() {
      builder.drop(lastRow);
    },
  };
}
