/** A window on a stream of bytes: what has come and is not read yet, in one piece. */

export interface Window {
  /** What is not read yet is `bytes[from, to)`. */
  bytes: Buffer;
  from: number;
  to: number;
  /** What is before this is known to be UTF-8. */
  checked: number;
}

export function emptyWindow(): Window {
  return { bytes: Buffer.allocUnsafeSlow(1 << 14), from: 0, to: 0, checked: 0 };
}

/** Adds `chunk` at the end. Places in the window may change. */
export function append(window: Window, chunk: Uint8Array): void {
  const { bytes, from, to } = window;
  if (to + chunk.length > bytes.length) {
    const left = to - from;
    const room = left + chunk.length;
    const next = room <= bytes.length ? bytes : Buffer.allocUnsafeSlow(2 * room);
    bytes.copy(next, 0, from, to);
    window.bytes = next;
    window.from = 0;
    window.to = left;
    window.checked -= from;
  }
  window.bytes.set(chunk, window.to);
  window.to += chunk.length;
}
