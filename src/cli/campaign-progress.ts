/** Shows a campaign while it goes: one line that is redrawn in a terminal, a plain line now and then elsewhere. */

import { count, number, shorten } from '../../reports/words.ts';
import type { CampaignProgress } from '../fuzz/campaign.ts';
import { liveLine, type LiveLineOptions } from './live-line.ts';

export function campaignProgress(options: LiveLineOptions) {
  const line = liveLine(options);
  return {
    say: line.say,
    end: line.end,
    onProgress(progress: CampaignProgress): void {
      if (progress.kind === 'failure') {
        line.say(shorten(`seed ${progress.seed}: ${progress.failure}: ${progress.reason}`, 400));
      } else if (progress.kind === 'shrunk') {
        const { operations, faults, nodes } = progress.smallest;
        line.say(
          `${progress.failure}: shrunk to ${count(operations, 'operation')} and ${count(faults, 'fault')} on ${count(nodes, 'node')}`,
        );
      } else {
        line.show(() => wordsOf(progress));
      }
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
