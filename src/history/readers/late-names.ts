/** Names that get their numbers when a client uses them: those that only the nemesis has get none. */

import { hashBytes, textTable } from '../text-table.ts';

export interface LateNames {
  /** What stands for the name `bytes[from, to)`. */
  at(bytes: Buffer, from: number, to: number): number;
  /** What stands for `name`. */
  of(name: string): number;
  /** The number of the name that `late` stands for. */
  number(late: number): number;
}

/** `make` gives a name its number. */
export function lateNames(make: (name: string) => number): LateNames {
  const table = textTable();
  const byName = new Map<string, number>();
  const names: string[] = [];
  const numbers: number[] = [];
  const of = (name: string): number => {
    let late = byName.get(name);
    if (late === undefined) {
      late = names.push(name) - 1;
      numbers.push(-1);
      byName.set(name, late);
    }
    return late;
  };
  return {
    at(bytes, from, to) {
      const hash = hashBytes(bytes, from, to);
      const known = table.find(bytes, from, to, hash);
      return known >= 0 ? known : table.add(bytes, from, to, hash, of(bytes.toString('utf8', from, to)));
    },
    of,
    number(late) {
      const number = numbers[late] as number;
      if (number >= 0) return number;
      return (numbers[late] = make(names[late] as string));
    },
  };
}
