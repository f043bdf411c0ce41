/** One line that is redrawn in a terminal; elsewhere a plain line now and then. Other lines stay above it. */

import { shorten } from '../../reports/words.ts';
import { isLive } from './live.ts';

export interface LiveLineOptions {
  readonly write: (text: string) => void;
  /** Redraw one line; otherwise every line stays. */
  readonly live: boolean;
  readonly columns: () => number;
  /** Milliseconds from any start. */
  readonly now: () => number;
}

/** Stderr, as a place to show how something goes. */
export const onStderr = (): LiveLineOptions => ({
  write: (text) => process.stderr.write(text),
  live: isLive(process.stderr),
  columns: () => process.stderr.columns,
  now: () => performance.now(),
});

export interface LiveLine {
  /** A line that stays. */
  say(text: string): void;
  /** How it goes, unless that was said just now. */
  show(text: () => string): void;
  /** Takes the live line away. */
  end(): void;
}

const redrawMs = 100;
const plainMs = 10_000;
const clearLine = '\r\u001b[2K';

export function liveLine({ write, live, columns, now }: LiveLineOptions): LiveLine {
  let shownAt = live ? -Infinity : now();
  let isShown = false;
  const say = (text: string): void => {
    if (live && isShown) write(clearLine);
    isShown = false;
    write(`${text}\n`);
  };
  return {
    say,
    show(text) {
      if (now() - shownAt < (live ? redrawMs : plainMs)) return;
      shownAt = now();
      if (live) {
        write(`${clearLine}${shorten(text(), Math.max(20, columns() - 1))}`);
        isShown = true;
      } else {
        say(text());
      }
    },
    end() {
      if (isShown) write(clearLine);
      isShown = false;
    },
  };
}
