/** Writes what was found in a history into files that were asked for. */

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { SubHistory } from '../../checkers/linearizable/verdict.ts';
import type { SpectrumVerdict } from '../../checkers/spectrum/spectrum.ts';
import { messageOf, UsageError } from '../errors.ts';
import { historyOf } from '../history/history-of.ts';
import { formatOperation } from '../history/writer.ts';
import { packageVersion } from '../package.ts';
import type { CheckedFile } from './check-file.ts';
import type { PlacedFile } from './place-file.ts';
import { renumbered, renumberedSpectrum } from './renumber.ts';

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

/** The same for a history that was placed among the models. */
export async function writePlaced(placed: PlacedFile, asked: EvidenceFiles): Promise<Written> {
  const { verdict } = placed;
  const smallest = smallestOf(verdict);
  let failing: string | null = null;
  if (asked.failing !== null && smallest !== null) {
    failing = asked.failing;
    await write(failing, smallest.operations.map(formatOperation).join(''));
  }
  if (asked.report !== null) await write(asked.report, await placedReport(placed, asked.command));
  return { report: asked.report, failing };
}

/** That of the weakest model that fails. */
function smallestOf({ models }: SpectrumVerdict): SubHistory | null {
  for (const { explanations = [], evidence } of models.toReversed()) {
    const found = explanations.find(({ smallest }) => smallest !== null)?.smallest;
    if (found !== undefined && found !== null) return found;
    const failures = evidence !== undefined && 'failures' in evidence ? evidence.failures : [];
    const shrunk = failures.find((failure) => failure.shrunk !== null)?.shrunk;
    if (shrunk !== undefined && shrunk !== null) return shrunk;
  }
  return null;
}

async function placedReport({ read, verdict, readMs, checkMs }: PlacedFile, command: string): Promise<string> {
  const { renderHistoryReport } = await import('../../reports/page.ts');
  const { columns } = read;
  return renderHistoryReport({
    file: read.source,
    format: read.format,
    model: 'consistency',
    history: historyOf(columns),
    hasTimes: columns.invokedAt.some((time) => !Number.isNaN(time)),
    results: {
      valid: verdict.valid,
      ...(verdict.reason === undefined ? {} : { reason: verdict.reason }),
      checkers: { consistency: renumberedSpectrum(verdict, columns) },
    },
    command,
    clew: packageVersion(),
    tookMs: { reading: readMs, checking: checkMs },
  });
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

async function write(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  } catch (thrown) {
    throw new UsageError(`cannot write ${path}: ${messageOf(thrown)}`, { cause: thrown });
  }
}
