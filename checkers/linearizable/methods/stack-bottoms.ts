/**
 * Takes a stack's history apart from its bottom. For values of which each is certainly inside for a while.
 *
 * A component is a stretch of gaps in each of which some value is certainly inside. In any order that explains it the
 * stack is never empty within, so one value lies at the bottom all the time: its push was invoked before the component's
 * first moment, when the first push returned, and its pop returned after the last, when the last pop was invoked. Any such
 * value will do: put its push before an order of the others and its pop after it. What is left without it falls into
 * smaller components, which don't touch each other. (The decrease-and-conquer scheme of Lee & Mathur, "Efficient
 * decrease-and-conquer linearizability monitoring", OOPSLA 2025; found here with two trees over the moments.)
 *
 * What is stored where: `spots` are the moments at which a push returned or a pop was invoked, in order, so that values
 * are certainly inside in stretches between spots. `inside` is how many are, by spot up to the next one. Values are also
 * in a tree in the order in which their pushes returned (`low` and `high` by node): the least moment of an invocation of
 * a push, and the greatest of a return of a pop, of those that are left.
 *
 * n log n unless very many pushes are open at a time.
 */

import { byMoment } from './containers/by-moment.ts';
import type { Contents } from './containers/contents.ts';
import { leastTree } from './containers/least-tree.ts';

export interface Bottoms {
  /** Pushes as `2 * v`, pops as `2 * v + 1`, in an order in which they can have happened. */
  readonly steps: Int32Array;
  /** By step: the gap in which it happens, never decreasing. */
  readonly gaps: Int32Array;
}

/** A component for which no value can be at the bottom. */
export interface Bottomless {
  /** Its gaps. */
  readonly from: number;
  readonly until: number;
  /** What is left in it. */
  readonly values: Int32Array;
  /** Of those whose push was invoked early enough, the one that was popped last. */
  readonly lowest: number;
}

export type Taken =
  { readonly kind: 'order'; readonly order: Bottoms } | ({ readonly kind: 'bottomless' } & Bottomless);

const NONE = 0x7fffffff;

/**
 * `relieve` may name values of a bottomless component that are to be left out, to see what else there is. It ends with
 * the first component of which none are.
 */
export function takeApart(
  contents: Contents,
  values: Int32Array,
  relieve: (component: Bottomless) => readonly number[] = () => [],
): Taken {
  const { insertFrom, insertBy, removeBy } = contents;
  const count = values.length;
  const ordered = byMoment(values, insertBy, contents.end);
  const { moments, inside: presence, pushesBefore, first, last, placeOf } = spotsOf(contents, ordered);
  const inside = leastTree(presence);

  let width = 1;
  while (width < count) width *= 2;
  const low = new Int32Array(2 * width).fill(NONE);
  const high = new Int32Array(2 * width).fill(-1);
  for (let i = 0; i < count; i++) {
    low[width + i] = insertFrom[ordered[i] as number] as number;
    high[width + i] = removeBy[ordered[i] as number] as number;
  }
  const update = (node: number): void => {
    low[node] = Math.min(low[2 * node] as number, low[2 * node + 1] as number);
    high[node] = Math.max(high[2 * node] as number, high[2 * node + 1] as number);
  };
  for (let node = width - 1; node > 0; node--) update(node);
  /**
   * Of the places [from, until), as far as they are among the `span` from `start` on, below `node`: the first of a value
   * pushed before `before` and popped after `after`, or -1.
   */
  const search = (
    node: number,
    start: number,
    span: number,
    from: number,
    until: number,
    before: number,
    after: number,
  ): number => {
    if (start >= until || start + span <= from) return -1;
    if ((low[node] as number) >= before || (high[node] as number) <= after) return -1;
    if (span === 1) return start;
    const half = span >>> 1;
    const found = search(2 * node, start, half, from, until, before, after);
    return found >= 0 ? found : search(2 * node + 1, start + half, half, from, until, before, after);
  };
  const leaveOut = (place: number): void => {
    low[width + place] = NONE;
    high[width + place] = -1;
    for (let node = (width + place) >>> 1; node > 0; node >>>= 1) update(node);
    inside.add(first[place] as number, last[place] as number, -1);
  };
  const bottomless = (from: number, until: number): Bottomless => {
    const [start, stop] = [pushesBefore[from] as number, pushesBefore[until] as number];
    let lowest = -1;
    for (let place = start; place >= 0;) {
      const after = lowest < 0 ? -1 : (removeBy[lowest] as number);
      place = search(1, 0, width, start, stop, moments[from] as number, after);
      if (place >= 0) lowest = ordered[place] as number;
    }
    const left = ordered.subarray(start, stop).filter((_, i) => (high[width + start + i] as number) >= 0);
    return { from: moments[from] as number, until: moments[until] as number, values: left, lowest };
  };

  const steps = new Int32Array(2 * count);
  const gaps = new Int32Array(2 * count);
  let done = 0;
  /** What is to be done, last first: `[from, until]` is a component; `[-1 - v, gap]` is the pop of `v`. */
  const work: number[] = [];
  const addComponents = (from: number, until: number): void => {
    const pile = work.length;
    for (let at = from; at < until;) {
      const gap = inside.firstAtMost(at, until, 0);
      const stop = gap < 0 ? until : gap;
      if (stop > at) work.push(at, stop);
      at = stop + 1;
    }
    reversePairs(work, pile);
  };
  addComponents(0, moments.length);
  while (work.length > 0) {
    const until = work.pop() as number;
    const from = work.pop() as number;
    if (from < 0) {
      steps[done] = 2 * (-1 - from) + 1;
      gaps[done++] = until;
      continue;
    }
    const [begin, end] = [moments[from] as number, moments[until] as number];
    const place = search(1, 0, width, pushesBefore[from] as number, pushesBefore[until] as number, begin, end);
    if (place >= 0) {
      const v = ordered[place] as number;
      leaveOut(place);
      steps[done] = 2 * v;
      gaps[done++] = begin - 1;
      work.push(-1 - v, end);
    } else {
      const component = bottomless(from, until);
      const relieved = relieve(component);
      if (relieved.length === 0) return { kind: 'bottomless', ...component };
      for (const v of relieved) leaveOut(placeOf[insertBy[v] as number] as number);
    }
    addComponents(from, until);
  }
  return { kind: 'order', order: { steps: steps.subarray(0, done), gaps: gaps.subarray(0, done) } };
}

/** Reverses the order of the pairs from `start` on. */
function reversePairs(list: number[], start: number): void {
  for (let i = start, j = list.length - 2; i < j; i += 2, j -= 2) {
    const [a, b] = [list[i] as number, list[i + 1] as number];
    list[i] = list[j] as number;
    list[i + 1] = list[j + 1] as number;
    list[j] = a;
    list[j + 1] = b;
  }
}

interface Spots {
  readonly moments: Int32Array;
  /** By spot: values certainly inside. */
  readonly inside: Int32Array;
  /** By spot: how many pushes had returned before. */
  readonly pushesBefore: Int32Array;
  /** By place, in the order of the pushes' returns: spots between which the value is certainly inside. */
  readonly first: Int32Array;
  readonly last: Int32Array;
  /** By moment at which a push returned: the place of its value. */
  readonly placeOf: Int32Array;
}

function spotsOf({ insertBy, removeFrom, end }: Contents, ordered: Int32Array): Spots {
  const marks = new Uint8Array(end + 2);
  const placeOf = new Int32Array(end + 2);
  ordered.forEach((v, place) => {
    marks[insertBy[v] as number] = 1;
    marks[removeFrom[v] as number] = 1;
    placeOf[insertBy[v] as number] = place;
  });
  const spotOf = new Int32Array(end + 2);
  let count = 0;
  for (let moment = 0; moment < end + 2; moment++) {
    spotOf[moment] = count;
    count += marks[moment] as number;
  }
  const moments = new Int32Array(count);
  for (let moment = 0; moment < end + 2; moment++) if (marks[moment] === 1) moments[spotOf[moment] as number] = moment;
  const first = ordered.map((v) => spotOf[insertBy[v] as number] as number);
  const last = ordered.map((v) => spotOf[removeFrom[v] as number] as number);
  const inside = new Int32Array(count);
  const pushesBefore = new Int32Array(count + 1);
  for (const spot of first) {
    inside[spot] = (inside[spot] as number) + 1;
    pushesBefore[spot + 1] = 1;
  }
  for (const spot of last) inside[spot] = (inside[spot] as number) - 1;
  for (let spot = 1; spot < count; spot++) inside[spot] = (inside[spot] as number) + (inside[spot - 1] as number);
  for (let spot = 1; spot <= count; spot++) {
    pushesBefore[spot] = (pushesBefore[spot] as number) + (pushesBefore[spot - 1] as number);
  }
  return { moments, inside, pushesBefore, first, last, placeOf };
}
