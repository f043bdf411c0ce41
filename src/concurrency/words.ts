/** Calls and values in words, for counterexamples. */

import fc from 'fast-check';

const textMax = 60;

/** Any value as JavaScript would write it, never longer than a line; an error by its name and message. */
export function textOf(value: unknown): string {
  const text = value instanceof Error ? `${value.name}: ${value.message}` : fc.stringify(value);
  return text.length <= textMax ? text : `${text.slice(0, textMax / 2 - 2)} ... ${text.slice(2 - textMax / 2)}`;
}

/** `name(a, b)` */
export function named(name: string, args: readonly unknown[]): string {
  return `${name}(${args.map(textOf).join(', ')})`;
}

/** `p0, p1 and p2` */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}
