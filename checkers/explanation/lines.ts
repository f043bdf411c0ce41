/** An explanation in lines for a terminal. */

import type { Operation } from '../../src/history/operation.ts';
import { accessCalls } from '../causal/accesses.ts';
import { isTransaction } from '../transactions/transaction-columns.ts';
import type { Explanation, SmallestHistory } from './explain.ts';
import type { Legal } from './legal.ts';

const operationsMax = 24;

/** The line of a position of the history in the file that the reader has before him. */
export type LineOf = (position: number) => number;

/** Begins with the headline. */
export function explanationLines(explanation: Explanation, lineOf: LineOf): readonly string[] {
  const { headline, pattern, steps, legal, reader, smallest, repeats, core } = explanation;
  const calls = smallest === null ? [] : callsOf(smallest, new Set(core), lineOf);
  const marks = calls.some((call) => call.startsWith('*')) ? ' (* the core)' : '';
  return [
    `${headline} (${pattern})`,
    ...steps.map(({ text }) => `  ${text}`),
    ...(legal === null ? [] : [legalInWords(legal, reader)]),
    ...(smallest === null
      ? [`Operations on lines ${core.map(lineOf).join(', ')}`]
      : [`${smallestInWords(smallest)}${marks}:`]),
    ...calls.slice(0, operationsMax),
    ...(calls.length > operationsMax ? [`  ... and ${calls.length - operationsMax} more`] : []),
    ...(repeats > 1 ? [`The same came up ${repeats} times; this is the earliest.`] : []),
  ];
}

/** `It could have read: 3 or 4 or one of 2 more`. */
export function legalInWords({ values, others }: Legal, reader = 'It'): string {
  if (values.length === 0) {
    return others === null
      ? 'No value that it could have read was found'
      : 'No value that was there could have been read instead';
  }
  const more =
    others === null
      ? ', perhaps others'
      : others === 0
        ? ''
        : others === 1
          ? ' or one more'
          : ` or one of ${others} more`;
  return `${reader} could have read: ${values.join(' or ')}${more}`;
}

/** What the operations below are. */
export function smallestInWords({ minimal, leftOut }: Pick<SmallestHistory, 'minimal' | 'leftOut'>): string {
  const cut =
    leftOut === 0 ? '' : ` (${leftOut} ${leftOut === 1 ? 'read or write' : 'reads and writes'} in them left out)`;
  return minimal
    ? `What violates it by itself, and would not without any one of these${cut}`
    : `What violates it by itself, though fewer of these may: there was no time to try all${cut}`;
}

/** `  process 2 write x 5 (lines 3 and 4, at 0.512 s)`; a star before those at the core, where there are others. */
function callsOf(
  { operations, positions, hasTimes }: SmallestHistory,
  core: ReadonlySet<number>,
  lineOf: LineOf,
): readonly string[] {
  const position = (i: number): number => positions[i] ?? -1;
  const line = (i: number): number => lineOf(position(i));
  const isAnyOther = operations.some(({ type }, i) => type === 'invoke' && !core.has(position(i)));
  return operations.flatMap((invocation, i) => {
    if (invocation.type !== 'invoke') return [];
    const end = operations.findIndex(
      ({ process, type }, j) => j > i && process === invocation.process && type !== 'invoke',
    );
    const completion = operations[end];
    const { process, f, key } = invocation;
    const answers = completion?.type === 'ok' && (accessCalls.of(f) === 'read' || isTransaction(f));
    const value = JSON.stringify(answers ? completion.value : invocation.value);
    const where = completion === undefined ? `line ${line(i)}` : `lines ${line(i)} and ${line(end)}`;
    const when = hasTimes ? `, at ${secondsOf(completion ?? invocation)}` : '';
    const outcome = completion?.type === 'ok' ? '' : completion?.type === 'fail' ? ', failed' : ', outcome unknown';
    const mark = isAnyOther && core.has(position(i)) ? '*' : ' ';
    return [
      `${mark} process ${process} ${f}${key === undefined ? '' : ` ${key}`} ${value} (${where}${when}${outcome})`,
    ];
  });
}

/** When it ended, from the start of the test. */
const secondsOf = ({ time }: Operation): string => `${(time / 1e9).toFixed(3)} s`;
