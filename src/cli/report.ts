/** `clew report <run>`: renders the report of a run again from what its directory holds. */

import { Command } from 'commander';
import { shortPath } from './outcome.ts';

export function reportCommand(): Command {
  return new Command('report')
    .description('write report.html and junit.xml of a run again')
    .argument('<run>', 'the directory of the run, e.g. store/latest')
    .action(async (run: string) => {
      const [{ readRun }, { runFile }, { report }] = await Promise.all([
        import('../store/read.ts'),
        import('../store/layout.ts'),
        import('../runner/one-run.ts'),
      ]);
      const { silentObserver } = await import('../runner/observer.ts');
      const { directory, notes } = await readRun(run);
      await report(directory, silentObserver);
      for (const note of notes) process.stderr.write(`${note}\n`);
      process.stdout.write(`${shortPath(runFile(directory, 'report'))}\n`);
    });
}
