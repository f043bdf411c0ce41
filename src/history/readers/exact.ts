/**
 * Numbers that a 64-bit float can't hold, as JSON. An integer beyond 2^53 whose digits a float would change is the object
 * `{"integer": "9007199254740993"}`, in every format and at every depth, so that two integers are equal exactly if all
 * their digits are. A history that is written again has that object in it, and reads as the same.
 */

import type { Json } from '../operation.ts';

/** The integer with these decimal digits and sign. */
export function exactInteger(digits: string): Json {
  const value = Number(digits);
  if (Number.isSafeInteger(value)) return value === 0 ? 0 : value;
  const plain = digits.startsWith('+') ? digits.slice(1) : digits;
  return String(value) === plain ? value : { integer: plain };
}

/** The decimal number with these digits: `{"decimal": "…"}` where a float would round it. */
export function exactDecimal(digits: string): Json {
  const value = Number(digits);
  return significant(digits) === significant(String(value)) ? value : { decimal: digits };
}

/** Digits without their sign and zeros around them, and the power of ten of the last: the same for equal decimals. */
function significant(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const trimmed = digits.replace(/0+$/, '');
  if (trimmed === '') return '0';
  return `${sign === '-' ? '-' : ''}${trimmed}e${Number(exponent) - fraction.length + digits.length - trimmed.length}`;
}
