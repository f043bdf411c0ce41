/** Histories that take any search long: is there a subset of many numbers with a given sum? */

import type { Line } from '../build.ts';

/**
 * On a counter: one addition alone, then `width` at once of different powers of 2, and a read of an odd number beside
 * them: none of the 2^`width` even sums explains it. Processes are numbered from `firstProcess`.
 */
export function subsetSum(key: string, firstProcess = 0, width = 40): readonly Line[] {
  const adds = Array.from({ length: width }, (_, i) => [firstProcess + 1 + i, 2 ** (i + 1)] as const);
  return [
    [firstProcess, 'invoke', 'add', 2, { key }],
    [firstProcess, 'ok', 'add', 2, { key }],
    ...adds.map(([process, amount]): Line => [process, 'invoke', 'add', amount, { key }]),
    [firstProcess, 'invoke', 'read', null, { key }],
    [firstProcess, 'ok', 'read', 2 ** width + 1, { key }],
    ...adds.map(([process, amount]): Line => [process, 'ok', 'add', amount, { key }]),
  ];
}

/** A read of a counter that was never added to. */
export const wrongRead = (key: string): readonly Line[] => [
  [900, 'invoke', 'read', null, { key }],
  [900, 'ok', 'read', 5, { key }],
];
