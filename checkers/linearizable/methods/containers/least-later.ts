/**
 * The least of some numbers that stand at moments later than a given one; numbers come in as they are added. A Fenwick
 * tree over the moments from the last to the first: element `i` holds the least of the `i & -i` moments that end there.
 */

export interface LeastLater {
  add(moment: number, number: number): void;
  /** The least number at a moment later than `moment`, or `none`. */
  after(moment: number): number;
}

/** For moments before `end`. */
export function leastLater(end: number, none: number): LeastLater {
  const least = new Int32Array(end + 1).fill(none);
  return {
    add(moment, number) {
      for (let i = end - moment; i <= end; i += i & -i) if (number < (least[i] as number)) least[i] = number;
    },
    after(moment) {
      let result = none;
      for (let i = end - moment - 1; i > 0; i -= i & -i) result = Math.min(result, least[i] as number);
      return result;
    },
  };
}
