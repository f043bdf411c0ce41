/** Delta debugging (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", TSE 2002, figure 3). */

/**
 * The smallest sublist found of `items`, in their order, of which `fails` is still true; it is true of all of them. No
 * single item can be left out of the result, unless `isEnough` says to stop before that is known.
 */
export async function ddmin<T>(
  items: readonly T[],
  fails: (items: readonly T[]) => Promise<boolean>,
  isEnough: () => boolean = () => false,
): Promise<readonly T[]> {
  let rest = items;
  let parts = 2;
  // Nothing at all is worth a try: often it was not these that mattered.
  if (rest.length > 0 && !isEnough() && (await fails([]))) return [];
  while (rest.length > 0 && !isEnough()) {
    parts = Math.min(parts, rest.length);
    const size = Math.ceil(rest.length / parts);
    let smaller: readonly T[] | null = null;
    // From the end: what comes last matters least to what came before it.
    for (let from = (parts - 1) * size; from >= 0 && smaller === null && !isEnough(); from -= size) {
      const without = [...rest.slice(0, from), ...rest.slice(from + size)];
      if (without.length < rest.length && (await fails(without))) smaller = without;
    }
    if (smaller !== null) {
      rest = smaller;
      parts = Math.max(parts - 1, 2);
    } else if (size === 1) {
      break;
    } else {
      parts = Math.min(2 * parts, rest.length);
    }
  }
  return rest;
}
