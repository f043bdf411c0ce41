/** Shows a check that takes long: one line that is redrawn in a terminal, a plain line now and then elsewhere. */

import { number } from '../../reports/words.ts';
import type { CheckProgress } from '../checking/check-file.ts';

export interface CheckProgressOptions {
  readonly name: string;
  readonly write: (text: string) => void;
  /** Redraw one line; otherwise every line stays. */
  readonly live: boolean;
  /** Milliseconds from any start. */
  readonly now: () => number;
}

/** Nothing is shown of a check that takes less. */
const quietMs = 1000;
const redrawMs = 100;
const plainMs = 10_000;
const clearLine = '\r\u001b[2K';

export function checkProgress({ name, write, live, now }: CheckProgressOptions): {
  onProgress(progress: CheckProgress): void;
  end(): void;
} {
  const began = now();
  let saidAt = began + quietMs - (live ? redrawMs : plainMs);
  let isShown = false;
  return {
    onProgress(progress) {
      if (now() - began < quietMs || now() - saidAt < (live ? redrawMs : plainMs)) return;
      saidAt = now();
      isShown = true;
      const line = `${name}: ${wordsOf(progress)}, ${((now() - began) / 1000).toFixed(1)} s`;
      write(live ? `${clearLine}${line}` : `${line}\n`);
    },
    end() {
      if (isShown && live) write(clearLine);
    },
  };
}

function wordsOf(progress: CheckProgress): string {
  if (progress.phase === 'read') return 'reading';
  const { parts, decided, operations, explained, bytes } = progress;
  const keys = parts > 1 ? `${number(decided)} of ${number(parts)} keys decided, ` : '';
  return `checking, ${keys}${number(operations + explained)} operations explained, ${Math.round(bytes / 1e6)} MB`;
}
