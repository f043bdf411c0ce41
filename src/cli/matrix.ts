/** `clew fuzz <system> --mutant all`: how soon campaigns find each planted bug, and that they find none without one. */

import { readFile } from 'node:fs/promises';
import { exitCodes, RunError, UsageError, messageOf } from '../errors.ts';
import type { MatrixAsked } from '../fuzz/matrix/options.ts';
import { coloursOf } from './colours.ts';
import { interruptible } from './interrupt.ts';
import { onStderr } from './live-line.ts';
import { matrixProgress } from './matrix-progress.ts';
import { shortPath } from './outcome.ts';
import { addToStepSummary } from './step-summary.ts';

export interface MatrixWords extends MatrixAsked {
  readonly json: boolean;
  /** The document whose section of the system is replaced. */
  readonly write: string | null;
}

export async function killMatrix({ json, write, ...asked }: MatrixWords, words: readonly string[]): Promise<void> {
  const [{ runMatrix }, { resolveMatrix }, { loadSystem }, files, text, figures, { quote }] = await Promise.all([
    import('../fuzz/matrix/matrix.ts'),
    import('../fuzz/matrix/options.ts'),
    import('../runner/options.ts'),
    import('../store/matrix-files.ts'),
    import('./matrix-text.ts'),
    import('../../reports/kill-figures.ts'),
    import('../runner/shell.ts'),
  ]);
  const { storeDirectory, ...resolved } = await resolveMatrix(asked);
  const before = write === null ? null : await documentAt(write);
  const { system } = await loadSystem(asked.system);
  const directory = await files.createMatrixDirectory(storeDirectory, system.name, new Date());
  // Where it is kept on this machine is nothing to tell in a document.
  const told = words.filter((word, i) => !/^--store(=|$)/.test(word) && words[i - 1] !== '--store');
  const command = ['npm run clew --', ...told.map(quote)].join(' ');
  const shown = matrixProgress(onStderr());
  const interrupted = new AbortController();
  let record;
  try {
    record = await interruptible((signal) => {
      signal.addEventListener('abort', () => interrupted.abort());
      return runMatrix({ ...resolved, command, directory }, shown.onProgress, signal);
    }, shown.say);
  } finally {
    shown.end();
  }
  const where = shortPath(directory);
  process.stdout.write(
    `${json ? JSON.stringify({ ...record, directory: where }) : text.matrixText(record, where, coloursOf(process.stdout))}\n`,
  );
  if (interrupted.signal.aborted) {
    process.exitCode = exitCodes.crash;
    return;
  }
  const { trackRecord, withTrackRecord } = await import('../../reports/track-record.ts');
  await addToStepSummary(() => trackRecord(record));
  if (write !== null) {
    const { writeAtomically } = await import('../store/write.ts');
    await writeAtomically(write, withTrackRecord(before, record));
  }
  process.exitCode = exitCodes[figures.matrixAnswer(record)];
}

/** Its text, null where there is none yet. Found out before the hours that it takes to have something to write. */
async function documentAt(path: string): Promise<string | null> {
  if (!path.endsWith('.md')) throw new UsageError(`--write ${path}: expected the path of a Markdown file (.md)`);
  try {
    return await readFile(path, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new RunError(`cannot read ${path}: ${messageOf(thrown)}`, { cause: thrown });
  }
}
