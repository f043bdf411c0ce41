/** The guard between generators and what runs their operations. */

import { RunError } from '../errors.ts';
import type { Context, Generator, Invocation } from './generator.ts';
import { lift, type GeneratorLike } from './lift.ts';

/**
 * The same generator; a RunError when it yields an operation that can't be done: malformed, in the past, or for a
 * process that is not free.
 */
export function validate(generator: GeneratorLike): Generator {
  const inner = lift(generator);
  return {
    next(context) {
      const step = inner.next(context);
      if (step.kind === 'done') return step;
      if (step.kind === 'pending') return { kind: 'pending', rest: validate(step.rest) };
      const problems = problemsOf(step.operation, context);
      if (problems.length > 0) {
        throw new RunError(
          `the generator yielded an operation that can't be done: ${problems.join('; ')}: ${JSON.stringify(step.operation)}`,
        );
      }
      return step.rest === null ? step : { ...step, rest: validate(step.rest) };
    },
    update: (context, event) => validate(inner.update(context, event)),
  };
}

const types: ReadonlySet<string> = new Set(['invoke', 'sleep', 'log']);

function problemsOf({ type, f, key, value, process, time }: Invocation, context: Context): readonly string[] {
  const problems: string[] = [];
  if (!types.has(type)) problems.push('its type is none of invoke, sleep, log');
  if (typeof f !== 'string' || f === '') problems.push('f is not a name');
  if (key !== undefined && typeof key !== 'string') problems.push('its key is not a string');
  if ((value as unknown) === undefined) problems.push('it has no value (none is null)');
  if (type === 'sleep' && !(typeof value === 'number' && value >= 0)) {
    problems.push('the value of a sleep is not a number of seconds');
  }
  if (!Number.isSafeInteger(time)) problems.push('its time is not a whole number of nanoseconds');
  else if (time < context.time) problems.push(`its time is in the past (it is ${context.time} now)`);
  if (!context.free.some((thread) => context.processOf(thread) === process)) {
    const running = context.threads.some((thread) => context.processOf(thread) === process);
    problems.push(`process ${process} is ${running ? 'busy' : 'run by no thread'}`);
  }
  return problems;
}
