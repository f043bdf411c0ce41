/** Figures of a kill matrix in words, for the terminal and for documents. */

import type { MutantRecord } from '../src/store/matrix.ts';
import type { KillFigures, Measured, Spread } from './kill-figures.ts';
import { count } from './words.ts';

/** `linearizable`, or `crashes 6, invariants 4` where campaigns differ. */
export function byWords({ checks }: KillFigures): string {
  const [only] = checks;
  if (checks.length === 1 && only !== undefined) return only.check;
  return checks.map(({ check, count: times }) => `${check} ${String(times)}`).join(', ');
}

/** `7 operations, 2 faults, 3 nodes`. */
export function smallestWords({
  operations,
  faults,
  nodes,
  isMinimal,
}: Pick<NonNullable<MutantRecord['smallest']>, 'operations' | 'faults' | 'nodes' | 'isMinimal'>): string {
  const size = [count(operations, 'operation'), count(faults, 'fault'), count(nodes, 'node')].join(', ');
  return isMinimal ? size : `${size} (time ran out)`;
}

export const killedWords = ({ killed, campaigns }: KillFigures): string => `${String(killed)}/${String(campaigns)}`;

export const spreadWords = ({ p50, worst }: Spread, words: (value: number) => string): string =>
  `p50 ${measured(p50, words)}, worst ${measured(worst, words)}`;

/** `> 120` where the campaign had found nothing by then. */
export const measured = ({ value, isMore }: Measured, words: (value: number) => string): string =>
  `${isMore ? '> ' : ''}${words(value)}`;

/** `0.42`, `3.1`, `58`. */
export const secondsWords = (seconds: number): string =>
  seconds < 1 ? seconds.toFixed(2) : seconds < 10 ? seconds.toFixed(1) : String(Math.round(seconds));
