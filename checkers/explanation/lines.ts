/** An explanation in lines for a terminal. */

import type { Explanation } from './explain.ts';

const operationsMax = 24;

/** Begins with the headline. */
export function explanationLines(explanation: Explanation): readonly string[] {
  const { headline, pattern, steps, legal, smallest, repeats, core } = explanation;
  const calls = smallest === null ? [] : callsOf(explanation);
  return [
    `${headline} (${pattern})`,
    ...steps.map(({ text }) => `  ${text}`),
    ...(legal === null
      ? []
      : [`It could have read: ${legal.length === 0 ? 'nothing that was there' : legal.join(' or ')}`]),
    ...(smallest === null
      ? [`Operations: ${core.join(', ')}`]
      : [
          smallest.minimal
            ? 'What violates it by itself, and would not without any one of these:'
            : 'What violates it by itself:',
        ]),
    ...calls.slice(0, operationsMax),
    ...(calls.length > operationsMax ? [`  ... and ${calls.length - operationsMax} more`] : []),
    ...(repeats > 1 ? [`The same came up ${repeats} times; this is the earliest.`] : []),
  ];
}

/** `  process 2 write x 5 (lines 3 to 4)`. */
function callsOf({ smallest }: Explanation): readonly string[] {
  const { operations = [], positions = [] } = smallest ?? {};
  return operations.flatMap((invocation, i) => {
    if (invocation.type !== 'invoke') return [];
    const end = operations.findIndex(
      ({ process, type }, j) => j > i && process === invocation.process && type !== 'invoke',
    );
    const completion = operations[end];
    const { process, f, key } = invocation;
    const value = JSON.stringify(f === 'read' ? (completion?.value ?? null) : invocation.value);
    const during =
      completion === undefined
        ? `from ${positions[i] ?? '?'} on`
        : `${positions[i] ?? '?'} to ${positions[end] ?? '?'}`;
    const outcome = completion?.type === 'ok' ? '' : completion?.type === 'fail' ? ', failed' : ', outcome unknown';
    return [`  process ${process} ${f}${key === undefined ? '' : ` ${key}`} ${value} (${during}${outcome})`];
  });
}
