/** One history from elsewhere, placed among the models of consistency. */

import { promising } from '../../checkers/spectrum/promise.ts';
import { checkSpectrum, type SpectrumOptions, type SpectrumVerdict } from '../../checkers/spectrum/spectrum.ts';
import type { SpectrumModel } from '../../checkers/spectrum/lattice.ts';
import type { History, Json } from '../history/operation.ts';
import { readHistoryFile } from '../history/reader.ts';
import { readColumns, type ColumnsRead, type ReadColumnsOptions } from '../history/read-columns.ts';
import { chosenModel } from './model-choice.ts';
import type { ModelChoice } from './protocol.ts';

export interface PlaceFileOptions {
  readonly read: ReadColumnsOptions;
  /** What operations are of, for linearizability; absent: what the history looks like. */
  readonly model?: ModelChoice;
  readonly init?: Json;
  /** These models alone; absent: all of them. */
  readonly only?: readonly SpectrumModel[];
  /** The model that must hold; null: it is a question and no promise. */
  readonly atLeast: SpectrumModel | null;
  readonly explains: boolean;
  readonly timeBudgetMs: number;
  readonly memoryBudgetBytes: number;
}

export interface PlacedFile {
  readonly read: ColumnsRead;
  readonly verdict: SpectrumVerdict;
  readonly readMs: number;
  readonly checkMs: number;
}

/** Larger files are not read a second time for the nodes that answered. */
const nodesBytesMax = 200_000_000;

/** Throws a UsageError where the file can't be read. */
export async function placeFile(path: string, options: PlaceFileOptions): Promise<PlacedFile> {
  const { model, init, only, atLeast, explains, timeBudgetMs, memoryBudgetBytes } = options;
  const began = performance.now();
  const read = await readColumns(path, options.read);
  const readMs = performance.now() - began;
  const asksNodes = only === undefined || only.includes('convergence') || only.includes('strong-eventual');
  const history = asksNodes ? historyWithNodes(path, read) : undefined;
  const asked: SpectrumOptions = {
    explains,
    timeBudgetMs,
    memoryBudgetBytes,
    ...(init === undefined ? {} : { init }),
    ...(model === undefined ? {} : { model: chosenModel(model) }),
    ...(only === undefined ? {} : { only }),
    ...(history === undefined ? {} : { history }),
  };
  const verdict = promising(checkSpectrum(read.columns, asked), atLeast);
  return { read, verdict, readMs, checkMs: performance.now() - began - readMs };
}

/** The history with what columns leave out: who answered, and the nemesis. Only Clew's own form has it. */
function historyWithNodes(path: string, { format, bytes }: ColumnsRead): History | undefined {
  if (format !== 'clew' || path === '-' || bytes > nodesBytesMax) return undefined;
  try {
    return readHistoryFile(path, { tolerateCut: true });
  } catch {
    // Packed, or without times: it can be checked, but not told node by node.
    return undefined;
  }
}
