/** UTF-8 in blocks: where it ends within a block, and where it is wrong. */

import { isUtf8 } from 'node:buffer';

/** The end of the last whole character in `bytes[from, to)`: at most three bytes before `to`. */
export function wholeUntil(bytes: Uint8Array, from: number, to: number): number {
  for (let at = to - 1; at >= Math.max(from, to - 3); at--) {
    const byte = bytes[at] as number;
    if (byte < 0x80) return to;
    if (byte >= 0xc0) return at + lengthFrom(byte) > to ? at : to;
  }
  return to;
}

/** The first byte of `bytes[from, to)` that is not UTF-8, or -1. */
export function wrongByte(bytes: Uint8Array, from: number, to: number): number {
  if (isUtf8(bytes.subarray(from, to))) return -1;
  for (let at = from; at < to;) {
    const length = lengthFrom(bytes[at] as number);
    if (length > 1 && !isUtf8(bytes.subarray(at, Math.min(to, at + length)))) return at;
    at += length;
  }
  return -1;
}

/** How many bytes a character has that begins with `byte`. */
function lengthFrom(byte: number): number {
  return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}
