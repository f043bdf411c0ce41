/** Whether the faults that were asked for were seen to bite: a run without them proves nothing. */

import type { History, Json } from '../src/history/operation.ts';
import { nemesisPairs } from '../src/history/pairs.ts';
import { isList } from '../src/history/json.ts';
import type { Checker, Verdict } from './verdict.ts';

export interface FaultEvidence {
  readonly id: number | null;
  readonly kind: string;
  readonly shape: string | null;
  /** Index of the invocation that began it. */
  readonly start: number;
  /** Index of the completion that ended it; null when nothing did. */
  readonly stop: number | null;
  readonly bit: boolean | 'unobserved';
  /** What was measured. */
  readonly detail: string;
  /** What went wrong while it was begun or ended. */
  readonly error: string | null;
}

export interface FaultsVerdict extends Verdict {
  readonly asked: readonly string[];
  readonly faults: readonly FaultEvidence[];
  /** What went wrong while everything was healed. */
  readonly healing: readonly string[];
}

/**
 * Reads the nemesis operations `start-<kind>`, `stop-<kind>` and `heal`, which may end faults, too. Unknown when a kind
 * of `asked` was never seen to bite, when any fault was seen to have no effect, or when one could not be begun or ended.
 */
export function faults(asked: readonly string[]): Checker<FaultsVerdict> {
  return {
    name: 'faults',
    check(history) {
      const { faults: all, healing } = recordedIn(history);
      const evidence = { asked: [...asked], faults: all, healing };
      const problems = [
        ...all.flatMap(problemOf),
        ...healing.map((error) => `healing failed: ${error}`),
        ...asked.flatMap((kind) => {
          const ofKind = all.filter((fault) => fault.kind === kind);
          if (ofKind.length === 0) return [`${kind} was asked for and never began`];
          // One that failed or had no effect says so itself.
          const explained = ofKind.some(({ bit, error }) => bit !== 'unobserved' || error !== null);
          return explained ? [] : [`${kind} was asked for and never seen to bite`];
        }),
      ];
      const [problem] = problems;
      if (problem === undefined) return { valid: true, ...evidence };
      const more = problems.length === 1 ? '' : ` (and ${problems.length - 1} more)`;
      return { valid: 'unknown', reason: `${problem}${more}`, ...evidence };
    },
  };
}

function problemOf({ id, kind, bit, detail, error }: FaultEvidence): readonly string[] {
  const name = id === null ? `a ${kind} fault` : `${kind} fault ${id}`;
  if (error !== null) return [`${name} failed: ${error}`];
  return bit === false ? [`${name} took no effect: ${detail}`] : [];
}

interface Recorded {
  readonly faults: readonly FaultEvidence[];
  readonly healing: readonly string[];
}

function recordedIn(history: History): Recorded {
  const faults: FaultEvidence[] = [];
  const healing: string[] = [];
  for (const { invocation, completion } of nemesisPairs(history)) {
    const said = fieldsOf(completion?.value ?? null);
    const stop = completion?.index ?? null;
    if (invocation.f === 'heal') {
      const ended = said['ended'] ?? null;
      for (const fault of isList(ended) ? ended : []) end(faults, fieldsOf(fault), invocation.index, stop);
      if (completion?.error !== undefined) healing.push(completion.error);
      continue;
    }
    const [, verb, kind] = /^(start|stop)-(.+)$/.exec(invocation.f) ?? [];
    if (kind === undefined) continue;
    const error = completion?.error;
    const all = { ...fieldsOf(invocation.value), ...said, kind, ...(error === undefined ? {} : { error }) };
    if (verb === 'start') faults.push(unmeasured(all, invocation.index));
    else end(faults, all, invocation.index, stop);
  }
  return { faults, healing };
}

type Fields = Readonly<Record<string, Json>>;

function unmeasured(said: Fields, start: number): FaultEvidence {
  return {
    id: numberOf(said['id']),
    kind: textOf(said['kind']) ?? 'unknown',
    shape: textOf(said['shape']),
    start,
    stop: null,
    bit: 'unobserved',
    detail: 'never measured',
    error: textOf(said['error']),
  };
}

/** Enters how a fault ended; one that nobody saw begin began at `at`. */
function end(faults: FaultEvidence[], said: Fields, at: number, stop: number | null): void {
  const ended = unmeasured(said, at);
  const begun = faults.findLastIndex(({ id, kind }) => id === ended.id && kind === ended.kind);
  const fault = faults[begun];
  const evidence = fieldsOf(said['evidence'] ?? null);
  const bit = evidence['bit'];
  const result: FaultEvidence = {
    ...(fault ?? ended),
    stop,
    bit: typeof bit === 'boolean' ? bit : 'unobserved',
    detail: textOf(evidence['detail']) ?? 'never measured',
    error: fault?.error ?? ended.error,
  };
  if (fault === undefined) faults.push(result);
  else faults[begun] = result;
}

function fieldsOf(value: Json): Fields {
  return typeof value === 'object' && value !== null && !isList(value) ? value : {};
}

const numberOf = (value: Json | undefined): number | null => (typeof value === 'number' ? value : null);
const textOf = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null);
