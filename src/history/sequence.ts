/** What must hold of the operations of a history as a sequence, each beside those before it. */

import type { Operation, Process } from './operation.ts';

/**
 * A checker that is shown one operation after the other and says what is wrong with it, or null: indices that are not
 * consecutive, time going back, a completion without its invocation or with another `f` or key, a process that begins
 * an operation while it is busy with another.
 */
export function sequenceChecker(): (operation: Operation) => string | null {
  let next = 0;
  let latest = 0;
  const open = new Map<Process, Operation>();
  return (operation) => {
    const { index, process, type, f, key, time } = operation;
    if (index !== next) return `expected index ${next}, found ${index}`;
    if (time < latest) return `time goes back: expected at least ${latest}, found ${time}`;
    next++;
    latest = time;
    const who = process === 'nemesis' ? 'the nemesis' : `process ${process}`;
    const invocation = open.get(process);
    if (type === 'invoke') {
      if (invocation !== undefined) {
        return `${who} begins "${f}" while operation ${invocation.index} ("${invocation.f}") of it is still open`;
      }
      open.set(process, operation);
      return null;
    }
    if (invocation === undefined) return `"${type}" of "${f}" without an invocation: ${who} has no open operation`;
    const completes = `${who} completes operation ${invocation.index}`;
    if (f !== invocation.f) return `${completes}: expected f "${invocation.f}", found "${f}"`;
    if (key !== invocation.key) {
      return `${completes}: expected ${withKey(invocation.key)}, found ${withKey(key)}`;
    }
    open.delete(process);
    return null;
  };
}

const withKey = (key: string | undefined): string => (key === undefined ? 'no key' : `key "${key}"`);
