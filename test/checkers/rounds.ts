/**
 * How many random histories a test judges. `CLEW_ROUNDS` takes a share of them: mutation testing runs the tests
 * thousands of times, and a mutant that lives through some tenth of the histories mostly lives through all.
 */

const share = Number(process.env['CLEW_ROUNDS'] ?? 1);

/** `count`, or the share of it that was asked for. The histories are the first of the same ones. */
export const rounds = (count: number): number => Math.ceil(count * share);
