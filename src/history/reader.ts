/**
 * Reads a whole history of Clew's own form into operations, the nemesis and the nodes included, as reports need it.
 * Complaints name file, line, column and what was expected. Histories for checkers are read by `readColumns`.
 */

import { readFileSync } from 'node:fs';
import type { History, Operation } from './operation.ts';
import { unreadable } from './readers/bytes.ts';
import { intake, types } from './readers/intake.ts';
import { NEMESIS, type OperationLine } from './readers/operation-line.ts';
import { problemAt } from './readers/problem.ts';
import { takeLine } from './readers/whole-line.ts';

export interface ReadHistoryOptions {
  /** Leave out a last line that is cut off, as a killed control node leaves it. By default it is an error. */
  readonly tolerateCut?: boolean;
  /** Told, in one sentence, when a cut line was left out. */
  readonly onCut?: (note: string) => void;
}

/** Reads the history in the file `path`. Throws a UsageError when it can't be read or is no valid history. */
export function readHistoryFile(path: string, options: ReadHistoryOptions = {}): History {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (thrown) {
    throw unreadable(path, thrown);
  }
  return readHistory(text, path, options);
}

/** Reads the history in `text`; `source` names it in errors. Throws a UsageError when it is no valid history. */
export function readHistory(text: string, source: string, options: ReadHistoryOptions = {}): History {
  const { tolerateCut = false, onCut: note = () => undefined } = options;
  const history: Operation[] = [];
  const taken = intake();
  for (let start = 0, line = 1; start < text.length; line++) {
    const newline = text.indexOf('\n', start);
    const isLast = newline === -1;
    const content = text.slice(start, isLast ? text.length : newline);
    const read = takeLine(taken, { text: content, line, isLast }, { source, tolerateCut, note });
    if (read === null) break;
    for (const [field, missing] of [['index', read.index < 0] as const, ['time', Number.isNaN(read.time)] as const]) {
      if (missing)
        throw problemAt(source, line, read.at(field) + 1, { expected: `${field} in every operation`, found: 'none' });
    }
    history.push(operationOf(read));
    start += content.length + 1;
  }
  return history;
}

function operationOf({ index, process, type, f, key, value, time, error, node }: OperationLine): Operation {
  return {
    index,
    process: process === NEMESIS ? 'nemesis' : process,
    type: types[type] as Operation['type'],
    f,
    ...(key === undefined ? {} : { key }),
    value,
    time,
    ...(error === undefined ? {} : { error }),
    ...(node === undefined ? {} : { node }),
  };
}
