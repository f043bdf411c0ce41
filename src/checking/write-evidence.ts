/** Writes what was found in a history into files that were asked for. */

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Failure, LinearizableVerdict } from '../../checkers/linearizable/verdict.ts';
import { messageOf, UsageError } from '../errors.ts';
import { NEVER, type HistoryColumns } from '../history/columns.ts';
import { historyOf } from '../history/history-of.ts';
import { formatOperation } from '../history/writer.ts';
import { packageVersion } from '../package.ts';
import type { CheckedFile } from './check-file.ts';

export interface EvidenceFiles {
  /** The command line that does the same again, for the report. */
  readonly command: string;
  /** Where to put the HTML report, and the smallest history that fails; null for nowhere. */
  readonly report: string | null;
  readonly failing: string | null;
}

/** The paths of what was written. There is no smallest failing history of a valid one. */
export interface Written {
  readonly report: string | null;
  readonly failing: string | null;
}

/** Throws a UsageError for a path that can't be written. */
export async function writeEvidence(checked: CheckedFile, asked: EvidenceFiles): Promise<Written> {
  const shrunk = checked.verdict.failures.find((failure) => failure.shrunk !== null)?.shrunk ?? null;
  let failing: string | null = null;
  if (asked.failing !== null && shrunk !== null) {
    failing = asked.failing;
    await write(failing, shrunk.operations.map(formatOperation).join(''));
  }
  if (asked.report !== null) await write(asked.report, await reportOf(checked, asked.command));
  return { report: asked.report, failing };
}

async function reportOf(checked: CheckedFile, command: string): Promise<string> {
  const { read, verdict, readMs, checkMs } = checked;
  const { renderHistoryReport } = await import('../../reports/page.ts');
  const { columns } = read;
  const shown = renumbered(verdict, columns);
  return renderHistoryReport({
    file: read.source,
    format: read.format,
    model: verdict.model,
    history: historyOf(columns),
    hasTimes: columns.invokedAt.some((time) => !Number.isNaN(time)),
    results: {
      valid: verdict.valid,
      ...(verdict.reason === undefined ? {} : { reason: verdict.reason }),
      checkers: { linearizable: shown },
    },
    command,
    clew: packageVersion(),
    tookMs: { reading: readMs, checking: checkMs },
  });
}

/** The verdict with indices of the history that `historyOf` makes, which has no lines of the nemesis, for positions. */
function renumbered(verdict: LinearizableVerdict, columns: HistoryColumns): LinearizableVerdict {
  const isClient = new Uint8Array(columns.positions);
  for (let row = 0; row < columns.count; row++) {
    isClient[columns.invoked[row] as number] = 1;
    const completed = columns.completed[row] as number;
    if (completed !== NEVER) isClient[completed] = 1;
  }
  const indices = new Int32Array(columns.positions);
  for (let position = 0, index = 0; position < columns.positions; position++) {
    indices[position] = index;
    index += isClient[position] as number;
  }
  const at = (position: number): number => indices[position] ?? position;
  const renumber = (failure: Failure): Failure => ({
    ...failure,
    completion: at(failure.completion),
    invocation: at(failure.invocation),
    paths: failure.paths.map(({ order, state }) => ({ order: order.map(at), state })),
    shrunk: failure.shrunk === null ? null : { ...failure.shrunk, positions: failure.shrunk.positions.map(at) },
    around: failure.around.map(at),
  });
  return { ...verdict, failures: verdict.failures.map(renumber) };
}

async function write(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  } catch (thrown) {
    throw new UsageError(`cannot write ${path}: ${messageOf(thrown)}`, { cause: thrown });
  }
}
