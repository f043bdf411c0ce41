/** JSON values as values: equality and text that is the same for equal values. */

import type { Json } from './operation.ts';

/** A text that two values share exactly if they are equal; the order of an object's keys does not matter. */
export function canonical(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonical).join(',')}]`;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(',')}}`;
}

export function equal(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  return canonical(a) === canonical(b);
}

/** `Array.isArray` does not narrow readonly arrays. */
export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** A value in a sentence for a person: `absent` for null, and never longer than a line. */
export function shown(value: Json): string {
  if (value === null) return 'absent';
  const text = JSON.stringify(value);
  return text.length <= 80 ? text : `${text.slice(0, 36)} ... ${text.slice(-36)}`;
}
