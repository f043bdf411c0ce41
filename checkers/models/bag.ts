/**
 * Immutable bags (multisets) of JSON values that share what they have in common: adding and removing take logarithmic
 * time and memory. Elements are in the order of their ranks, then of their texts.
 *
 * A treap whose priorities are hashes of the elements (Seidel & Aragon, "Randomized search trees", 1996): its shape
 * depends on nothing but what is in it, so that equal bags have equal trees, and comparing two of them can skip
 * whatever they share.
 */

import { canonical } from '../../src/history/json.ts';
import type { Json } from '../../src/history/operation.ts';
import { textHash } from './text-hash.ts';

export interface Element {
  /** Elements of smaller rank come first. */
  readonly rank: number;
  /** Its canonical text: elements of the same text are equal. */
  readonly text: string;
  readonly value: Json;
}

interface Tree {
  readonly element: Element;
  readonly priority: number;
  /** How many of this element. */
  readonly count: number;
  readonly left: Bag;
  readonly right: Bag;
  /** How many elements are here and below. */
  readonly size: number;
  /** Of all elements here and below. */
  readonly hash: number;
}

/** Null is the empty one. */
export type Bag = Tree | null;

export function elementOf(value: Json, rank = 0): Element {
  return { rank, text: canonical(value), value };
}

export function added(bag: Bag, element: Element): Bag {
  return inserted(bag, element, textHash(element.text));
}

/** `bag` with one less of `element`; `bag` itself if there is none. */
export function removed(bag: Bag, element: Element): Bag {
  if (bag === null) return null;
  const side = compare(element, bag.element);
  if (side === 0) {
    return bag.count > 1 ? tree(bag, bag.count - 1, bag.left, bag.right) : joined(bag.left, bag.right);
  }
  if (side < 0) {
    const left = removed(bag.left, element);
    return left === bag.left ? bag : tree(bag, bag.count, left, bag.right);
  }
  const right = removed(bag.right, element);
  return right === bag.right ? bag : tree(bag, bag.count, bag.left, right);
}

export function countOf(bag: Bag, element: Element): number {
  let rest = bag;
  while (rest !== null) {
    const side = compare(element, rest.element);
    if (side === 0) return rest.count;
    rest = side < 0 ? rest.left : rest.right;
  }
  return 0;
}

/** How many elements it has, equal ones each counted. */
export function sizeOf(bag: Bag): number {
  return bag?.size ?? 0;
}

/** The first element, or null. */
export function leastOf(bag: Bag): Element | null {
  let least: Element | null = null;
  for (let rest = bag; rest !== null; rest = rest.left) least = rest.element;
  return least;
}

/** All elements that differ, in order, with how many there are of each. */
export function* entriesOf(bag: Bag): Generator<{ readonly element: Element; readonly count: number }> {
  const above: Tree[] = [];
  let rest = bag;
  for (;;) {
    for (; rest !== null; rest = rest.left) above.push(rest);
    const next = above.pop();
    if (next === undefined) return;
    yield next;
    rest = next.right;
  }
}

/** All elements in order, equal ones each as often as they are in it. */
export function valuesOf(bag: Bag): readonly Json[] {
  const result: Json[] = [];
  for (const { element, count } of entriesOf(bag)) for (let i = 0; i < count; i++) result.push(element.value);
  return result;
}

export function equalBags(a: Bag, b: Bag): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  if (a.hash !== b.hash || a.size !== b.size || a.count !== b.count) return false;
  return compare(a.element, b.element) === 0 && equalBags(a.left, b.left) && equalBags(a.right, b.right);
}

export function bagHash(bag: Bag): number {
  return bag?.hash ?? 0;
}

function compare(a: Element, b: Element): number {
  return a.rank - b.rank || (a.text < b.text ? -1 : a.text > b.text ? 1 : 0);
}

/** Whether `a` belongs above `b`. */
function isAbove(aPriority: number, a: Element, b: Tree): boolean {
  return aPriority > b.priority || (aPriority === b.priority && compare(a, b.element) < 0);
}

type Kept = Pick<Tree, 'element' | 'priority'>;

function tree({ element, priority }: Kept, count: number, left: Bag, right: Bag): Tree {
  return {
    element,
    priority,
    count,
    left,
    right,
    size: count + sizeOf(left) + sizeOf(right),
    hash: (Math.imul(priority | 1, count) + bagHash(left) + bagHash(right)) | 0,
  };
}

function inserted(bag: Bag, element: Element, priority: number): Tree {
  if (bag === null) return tree({ element, priority }, 1, null, null);
  const side = compare(element, bag.element);
  if (side === 0) return tree(bag, bag.count + 1, bag.left, bag.right);
  if (side < 0) {
    const left = inserted(bag.left, element, priority);
    if (!isAbove(left.priority, left.element, bag)) return tree(bag, bag.count, left, bag.right);
    return tree(left, left.count, left.left, tree(bag, bag.count, left.right, bag.right));
  }
  const right = inserted(bag.right, element, priority);
  if (!isAbove(right.priority, right.element, bag)) return tree(bag, bag.count, bag.left, right);
  return tree(right, right.count, tree(bag, bag.count, bag.left, right.left), right.right);
}

/** Both in one, all elements of `left` being before those of `right`. */
function joined(left: Bag, right: Bag): Bag {
  if (left === null) return right;
  if (right === null) return left;
  return isAbove(left.priority, left.element, right)
    ? tree(left, left.count, left.left, joined(left.right, right))
    : tree(right, right.count, joined(left, right.left), right.right);
}
