/** Shows a kill matrix while it is made: one line that is redrawn in a terminal; elsewhere a line for each mutant. */

import { killFigures } from '../../reports/kill-figures.ts';
import { killedWords, spreadWords } from '../../reports/kill-words.ts';
import { count, number, shorten } from '../../reports/words.ts';
import type { MatrixProgress } from '../fuzz/matrix/matrix.ts';
import type { CampaignProgressOptions } from './campaign-progress.ts';

const redrawMs = 100;
const plainMs = 10_000;
const clearLine = '\r\u001b[2K';

export function matrixProgress({ write, live, columns, now }: CampaignProgressOptions) {
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
    onProgress(progress: MatrixProgress): void {
      if (progress.kind === 'mutant') {
        const { name } = progress.mutant;
        const figures = killFigures(progress.mutant);
        line(`${name}: killed ${killedWords(figures)}, seeds ${spreadWords(figures.seeds, number)}`);
        return;
      }
      if (now() - shownAt < (live ? redrawMs : plainMs)) return;
      shownAt = now();
      if (!live) {
        line(wordsOf(progress));
        return;
      }
      write(`${clearLine}${shorten(wordsOf(progress), Math.max(20, columns() - 1))}`);
      isShown = true;
    },
    /** Takes the live line away. */
    end(): void {
      if (isShown) write(clearLine);
      isShown = false;
    },
  };
}

/** `mutant 3 of 23  round-reused  campaign 2 of 10  148 seeds`. */
function wordsOf(progress: Exclude<MatrixProgress, { kind: 'mutant' }>): string {
  switch (progress.kind) {
    case 'hunt': {
      const { mutant, place, mutants, campaign, campaigns, seeds } = progress;
      return `mutant ${place + 1} of ${mutants}  ${mutant}  campaign ${campaign + 1} of ${campaigns}  ${count(seeds, 'seed')}`;
    }
    case 'shrinking':
      return `shrinking ${progress.mutant}: ${count(progress.operations, 'operation')}, ${count(progress.faults, 'fault')}`;
    case 'control':
      return `control: ${number(progress.done)} of ${count(progress.total, 'run')}, ${progress.failed === 0 ? 'no failure' : count(progress.failed, 'failure')}`;
  }
}
