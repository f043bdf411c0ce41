/** Writes the files of a run that are written at once: each is there whole or not at all. */

import { open, rename, rm } from 'node:fs/promises';
import type { History } from '../history/operation.ts';
import { formatOperation } from '../history/writer.ts';
import { storeError } from './failure.ts';
import { runFile } from './layout.ts';
import type { ExplanationRecord } from './explanation.ts';
import type { ResultsRecord, TestRecord } from './run.ts';

/**
 * Replaces the file at `path` by `text`: written beside it, synced, and renamed, so that a crash leaves the old one or the
 * new one. Throws a RunError that names the file.
 */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const temporary = `${path}.${String(process.pid)}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (thrown) {
    await rm(temporary, { force: true });
    throw storeError('write', path, thrown);
  }
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

export function writeTest(directory: string, test: TestRecord): Promise<void> {
  return writeAtomically(runFile(directory, 'test'), json(test));
}

export function writeResults(directory: string, results: ResultsRecord): Promise<void> {
  return writeAtomically(runFile(directory, 'results'), json(results));
}

/** The smallest history that fails, for a run that has one: it can be checked by itself. */
export function writeFailing(directory: string, history: History): Promise<void> {
  return writeAtomically(runFile(directory, 'failing'), history.map(formatOperation).join(''));
}

/** Where the run's failure was caused. */
export function writeExplanation(directory: string, explanation: ExplanationRecord): Promise<void> {
  return writeAtomically(runFile(directory, 'explanation'), json(explanation));
}

export function writeReport(directory: string, html: string): Promise<void> {
  return writeAtomically(runFile(directory, 'report'), html);
}

export function writeJunit(directory: string, xml: string): Promise<void> {
  return writeAtomically(runFile(directory, 'junit'), xml);
}
