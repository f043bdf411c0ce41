/** The witness for a stack: the steps of the values that stay, and between them what needs but one gap. */

import type { Contents } from './containers/contents.ts';
import type { Bottoms } from './stack-bottoms.ts';

/** `gaps[i]` is where the removal `empty[i]` finds the stack empty. */
export function stackOrder(contents: Contents, { steps, gaps: at }: Bottoms, gaps: Int32Array): Int32Array {
  const { end, insertion, removal } = contents;
  const brief = briefOf(contents, gaps);
  const places: number[] = [];
  let next = 0;
  /** What happens before `gap`. */
  const before = (gap: number): void => {
    for (let one = brief[next]; one !== undefined && one.gap < gap; one = brief[++next]) places.push(...one.places);
  };
  steps.forEach((step, i) => {
    const v = step >> 1;
    const gap = at[i] as number;
    if ((step & 1) === 0) {
      // In the same gap, the stack can be found empty before it holds something and after it held something.
      before(gap + 1);
      if (insertion[v] !== -1) places.push(insertion[v] as number);
    } else {
      before(gap);
      if (removal[v] !== -1) places.push(removal[v] as number);
    }
  });
  before(end);
  return Int32Array.from(places);
}

interface Brief {
  readonly gap: number;
  readonly places: readonly number[];
}

/** Values that are pushed and popped at once, and pops that find nothing, by gap. */
function briefOf(contents: Contents, gaps: Int32Array): readonly Brief[] {
  const { size, empty, insertion, removal, insertBy, removeFrom } = contents;
  const brief: Brief[] = Array.from(gaps, (gap, i) => ({ gap, places: [empty[i] as number] }));
  for (let v = 0; v < size; v++) {
    if ((insertBy[v] as number) <= (removeFrom[v] as number)) continue;
    brief.push({ gap: removeFrom[v] as number, places: [insertion[v] as number, removal[v] as number] });
  }
  return brief.sort((a, b) => a.gap - b.gap);
}
