/** Colours for terminals, and none for everything else. */

import { createColors } from 'picocolors';

export type Colours = ReturnType<typeof createColors>;

/** NO_COLOR and FORCE_COLOR as everywhere (no-color.org). */
export function wantsColour(stream: { readonly isTTY: boolean }): boolean {
  if ((process.env['NO_COLOR'] ?? '') !== '') return false;
  if (!['', '0'].includes(process.env['FORCE_COLOR'] ?? '')) return true;
  return stream.isTTY && process.env['TERM'] !== 'dumb';
}

export function coloursOf(stream: { readonly isTTY: boolean }): Colours {
  return createColors(wantsColour(stream));
}
