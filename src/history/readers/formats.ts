/** The forms in which histories are written, and how to tell them apart. */

import { unknownName } from '../../errors.ts';

/**
 * - `clew`: one operation a line as JSON.
 * - `edn`: as Jepsen writes them: maps, one after the other or in one vector.
 * - `porcupine-log`: lines of Jepsen's log (`INFO  jepsen.util - 0 :invoke :read nil`, or without what comes before the
 *   process), as Porcupine's tests have them.
 * - `porcupine-kv`: `edn` with string keys, where `""` stands for a key that was never put.
 */
export const formats = ['clew', 'edn', 'porcupine-log', 'porcupine-kv'] as const;

export type Format = (typeof formats)[number];

/** The format called `name`, or `auto`. Throws a UsageError for another name. */
export function formatNamed(name: string): Format | 'auto' {
  const found = [...formats, 'auto' as const].find((format) => format === name);
  if (found === undefined) throw unknownName('history format', name, [...formats, 'auto']);
  return found;
}

/** So many bytes from the start are enough for `detect`. */
export const headBytes = 4096;

/** The format of the history that begins with `head`, or null. */
export function detect(head: string): Format | null {
  const text = withoutSpace(head);
  if (/^\{:process \d+, :type :\w+, :f :(?:get|put|append), :key "/.test(text)) return 'porcupine-kv';
  switch (text[0]) {
    case '{':
      return /^[:,;#]/.test(text.slice(1).trimStart()) ? 'edn' : 'clew';
    case '[':
    case '(':
      return /^(?:$|[\])#]|\{(?!\s*"))/.test(withoutSpace(text.slice(1))) ? 'edn' : null;
    case '#':
      return /^#[\p{L}_:]/u.test(text) ? 'edn' : null;
    default:
      return logLine.test(text) ? 'porcupine-log' : null;
  }
}

const logLine = /^(?:[A-Z]{4,5}\s+\S+\s+-\s|(?:\d+|:nemesis)\s+:(?:invoke|ok|fail|info)\s)/;

/** Without the white space and the comments of EDN that it begins with. */
const withoutSpace = (text: string): string => text.replace(/^\uFEFF?(?:[\s,]|;[^\n]*(?:\n|$))*/, '');
