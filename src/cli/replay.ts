/** `clew replay <run>`: does an earlier run again. */

import { Command } from 'commander';
import { number } from './values.ts';
import { watchAndTell } from './outcome.ts';

interface Words {
  readonly runs?: number;
  readonly failFast?: boolean;
  readonly store?: string;
}

/** Whether exact runs were the same event by event; null where runs are not exact or have not ended. */
export function sameness(original: string | null, again: readonly (string | null)[]): string | null {
  if (original === null || again.length === 0 || again.includes(null)) return null;
  const other = again.find((hash) => hash !== original);
  return other === undefined
    ? `the same run, event by event: hash ${original}`
    : `not the same run: hash ${other ?? ''}, before it was ${original}; was the code changed in between?`;
}

export function replayCommand(): Command {
  return new Command('replay')
    .description('do an earlier run again: exactly in the simulator, with the same seed and faults elsewhere')
    .argument('<run>', 'the directory of the run, e.g. store/latest, or a schedule file of a campaign')
    .option('--runs <count>', 'how often (default: 1)', number)
    .option('--fail-fast', 'stop at the first invalid run')
    .option('--store <dir>', 'where the new runs are kept (default: store)')
    .action(async (run: string, { runs, failFast, store }: Words) => {
      const { planAt, replayPlan } = await import('../fuzz/replay.ts');
      const plan = await planAt(run);
      if (plan !== null) {
        const place = store === undefined ? {} : { storeDirectory: store };
        await watchAndTell((observer) => replayPlan(plan, place, observer));
        return;
      }
      const { replay } = await import('../runner/replay.ts');
      const asked = {
        run,
        ...(runs === undefined ? {} : { runs }),
        ...(failFast === undefined ? {} : { failFast }),
        ...(store === undefined ? {} : { storeDirectory: store }),
      };
      const result = await watchAndTell((observer, signal) => replay(asked, observer, signal));
      const line = sameness(
        result.original.results?.hash ?? null,
        result.runs.map(({ hash }) => hash),
      );
      if (line !== null) process.stdout.write(`${line}\n`);
    });
}
