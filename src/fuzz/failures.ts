/** What can be wrong with a run, and which failures are the same bug as far as one can tell from outside. */

import type { Verdict } from '../../checkers/verdict.ts';

export interface Failure {
  /** The checker that found it. */
  readonly check: string;
  /** What kind of failure it is, in words that do not change from run to run. */
  readonly kind: string;
  readonly reason: string;
}

/** Failures of one class count as the same bug: shrinking keeps to it, campaigns report it once. */
export function classOf({ check, kind }: Failure): string {
  return kind === '' ? check : `${check}: ${kind}`;
}

/** The checker that found failures of this class. */
export function checkOf(failure: string): string {
  return failure.split(': ', 1)[0] ?? failure;
}

/** The class that comes most often, the first of those; null where there is none. */
export function mostFrequent(failures: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const failure of failures) counts.set(failure, (counts.get(failure) ?? 0) + 1);
  return (
    [...counts].reduce<readonly [string, number] | null>(
      (best, each) => (best === null || each[1] > best[1] ? each : best),
      null,
    )?.[0] ?? null
  );
}

/** What a checker's verdict of `false` says, told apart as far as its evidence goes. */
export function failureOf(check: string, verdict: Verdict): Failure {
  return { check, kind: kindOf(verdict), reason: verdict.reason ?? `${check} is invalid` };
}

type Fields = Readonly<Record<string, unknown>>;

function kindOf(verdict: Verdict): string {
  const first = (name: string): Fields | undefined => {
    const list = (verdict as unknown as Fields)[name];
    return Array.isArray(list) ? (list[0] as Fields | undefined) : undefined;
  };
  const words = [
    first('broken')?.['name'],
    first('crashes')?.['message'],
    first('findings')?.['pattern'],
    first('findings')?.['kind'],
  ];
  const word = words.find((found) => typeof found === 'string');
  return word === undefined ? '' : generalized(word);
}

/** A message without the names and numbers of one run: `n3 voted twice in term 14` is `n voted twice in term #`. */
export function generalized(message: string): string {
  return message.replaceAll(/\bn\d+\b/g, 'n').replaceAll(/\d+(\.\d+)?/g, '#');
}
