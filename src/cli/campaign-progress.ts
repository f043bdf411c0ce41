/** Shows a campaign while it goes: one line that is redrawn in a terminal, a plain line now and then elsewhere. */

import { count, number, shorten } from '../../reports/words.ts';
import type { CampaignProgress } from '../fuzz/campaign.ts';

export interface CampaignProgressOptions {
  readonly write: (text: string) => void;
  /** Redraw one line; otherwise every line stays. */
  readonly live: boolean;
  readonly columns: () => number;
  /** Milliseconds from any start. */
  readonly now: () => number;
}

const redrawMs = 100;
const plainMs = 10_000;
const clearLine = '\r\u001b[2K';

export function campaignProgress({ write, live, columns, now }: CampaignProgressOptions) {
  let shownAt = live ? -Infinity : now();
  let isShown = false;
  const line = (text: string): void => {
    if (live && isShown) write(clearLine);
    isShown = false;
    write(`${text}\n`);
  };
  return {
    /** A line that stays. */
    say: line,
    onProgress(progress: CampaignProgress): void {
      if (progress.kind === 'failure') {
        line(shorten(`seed ${progress.seed}: ${progress.failure}: ${progress.reason}`, 400));
        return;
      }
      if (progress.kind === 'shrunk') {
        const { operations, faults, nodes } = progress.smallest;
        line(
          `${progress.failure}: shrunk to ${count(operations, 'operation')} and ${count(faults, 'fault')} on ${count(nodes, 'node')}`,
        );
        return;
      }
      if (now() - shownAt < (live ? redrawMs : plainMs)) return;
      shownAt = now();
      const text = wordsOf(progress);
      if (live) {
        write(`${clearLine}${shorten(text, Math.max(20, columns() - 1))}`);
        isShown = true;
      } else {
        line(text);
      }
    },
    /** Takes the live line away. */
    end(): void {
      if (isShown) write(clearLine);
      isShown = false;
    },
  };
}

/** `1,204 of 10,000 runs  41 runs/s  310,000 events/s  118 times real time  2 classes of failures`. */
function wordsOf(progress: Extract<CampaignProgress, { kind: 'runs' | 'shrinking' }>): string {
  if (progress.kind === 'shrinking') {
    const { runs, operations, faults } = progress.progress;
    return `shrinking seed ${progress.seed} (${progress.failure}): ${count(operations, 'operation')}, ${count(faults, 'fault')} after ${count(runs, 'run')}`;
  }
  const { done, total, events, virtualMs, elapsedMs, failures } = progress;
  const perSecond = (of: number): string => number(Math.round((1000 * of) / Math.max(1, elapsedMs)));
  return [
    `${number(done)} of ${count(total, 'run')}`,
    `${perSecond(events)} events/s`,
    `${perSecond(virtualMs / 1000)} times real time`,
    failures.length === 0 ? 'no failure' : `${count(failures.length, 'class', 'classes')} of failures`,
  ].join('  ');
}
