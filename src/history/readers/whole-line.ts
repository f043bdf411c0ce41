/** Lines of Clew's own form, whatever is in them. */

import type { Intake, SequenceProblem } from './intake.ts';
import { NEMESIS, operationLine, type OperationLine } from './operation-line.ts';
import { SyntaxProblem, foundAt, problemAt } from './problem.ts';
import type { ScanOptions } from './scanner.ts';

export interface Line {
  readonly text: string;
  /** From 1. */
  readonly line: number;
  /** Whether the history ends here, without a newline. */
  readonly isLast: boolean;
}

/**
 * Hands the operation in a line to the intake and returns it; null when the end of the history cuts it off, and that is
 * tolerated. Throws a UsageError for a wrong line.
 */
export function takeLine(
  intake: Intake,
  { text: whole, line, isLast }: Line,
  { source, tolerateCut, note }: ScanOptions,
): OperationLine | null {
  // A machine that stops may leave zeros where the rest of a line was to be.
  const text = isLast ? whole.replace(/\0+$/, '') : whole;
  let operation: OperationLine;
  try {
    operation = operationLine(text);
  } catch (thrown) {
    if (!(thrown instanceof SyntaxProblem)) throw thrown;
    const { at, expected, found = foundAt(text, at) } = thrown;
    const cut = isLast && thrown.found === undefined && at >= text.trimEnd().length;
    if (!cut || !tolerateCut) throw problemAt(source, line, at + 1, { expected, found, cut });
    note(`${source}:${line}: the last line is cut off and was left out.`);
    return null;
  }
  const problem = take(intake, operation);
  if (problem !== null) throw problemAt(source, line, operation.at(problem.field) + 1, problem);
  return operation;
}

function take(intake: Intake, operation: OperationLine): SequenceProblem | null {
  const { process, type, f, key, value, time, index, error } = operation;
  if (process === NEMESIS) return intake.nemesis(type, f, time, index);
  const { builder } = intake;
  return intake.client(process, type, builder.name(f), builder.key(key), builder.value(value), time, index, error);
}
