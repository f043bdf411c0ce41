/** Triples of integers whose number is not known beforehand, one after the other in one array. */

export interface Triples {
  readonly count: number;
  push(a: number, b: number, c: number): void;
  /** Number `column` (0, 1 or 2) of triple `i`. */
  at(i: number, column: 0 | 1 | 2): number;
}

export function triples(): Triples {
  let cells = new Int32Array(192);
  let end = 0;
  return {
    get count() {
      return end / 3;
    },
    push(a, b, c) {
      if (end === cells.length) {
        const larger = new Int32Array(cells.length * 2);
        larger.set(cells);
        cells = larger;
      }
      cells[end] = a;
      cells[end + 1] = b;
      cells[end + 2] = c;
      end += 3;
    },
    at: (i, column) => cells[3 * i + column] as number,
  };
}
