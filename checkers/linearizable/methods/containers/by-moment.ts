/** Puts values in the order of moments, of which no two values before `end` have the same. */

/** The `values` in the order of their `moment`; those at or after `end` come last, in the order in which they are given. */
export function byMoment(values: Int32Array, moment: Int32Array, end: number): Int32Array {
  const at = new Int32Array(end).fill(-1);
  const result = new Int32Array(values.length);
  let late = values.length;
  for (let i = values.length - 1; i >= 0; i--) {
    const v = values[i] as number;
    const when = moment[v] as number;
    if (when < end) at[when] = v;
    else result[--late] = v;
  }
  let next = 0;
  for (let when = 0; next < late; when++) if ((at[when] as number) >= 0) result[next++] = at[when] as number;
  return result;
}

/** 0, 1, … `size - 1`. */
export function numbersBelow(size: number): Int32Array {
  const result = new Int32Array(size);
  for (let v = 0; v < size; v++) result[v] = v;
  return result;
}
