/** Shows a kill matrix while it is made: one line that is redrawn in a terminal; elsewhere a line for each mutant. */

import { killFigures } from '../../reports/kill-figures.ts';
import { killedWords, spreadWords } from '../../reports/kill-words.ts';
import { count, number } from '../../reports/words.ts';
import type { MatrixProgress } from '../fuzz/matrix/matrix.ts';
import { liveLine, type LiveLineOptions } from './live-line.ts';

export function matrixProgress(options: LiveLineOptions) {
  const line = liveLine(options);
  return {
    say: line.say,
    end: line.end,
    onProgress(progress: MatrixProgress): void {
      if (progress.kind === 'mutant') {
        const { name } = progress.mutant;
        const figures = killFigures(progress.mutant);
        line.say(`${name}: killed ${killedWords(figures)}, seeds ${spreadWords(figures.seeds, number)}`);
      } else {
        line.show(() => wordsOf(progress));
      }
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
