/** Reads a run directory back, also that of a run which was cut off. */

import { existsSync } from 'node:fs';
import { open, readFile, realpath } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { RunError, UsageError } from '../errors.ts';
import type { History } from '../history/operation.ts';
import { readHistoryFile } from '../history/reader.ts';
import { codeOf, storeError } from './failure.ts';
import { nodeLogFile, runFile } from './layout.ts';
import type { ExplanationRecord } from './explanation.ts';
import type { ResultsRecord, TestRecord, TraceRecord } from './run.ts';
import { readTrace, saidByNetwork, saidByNode } from './trace-reader.ts';

/** Everything that a report is made of. */
export interface RunData {
  /** As given, with links resolved. */
  readonly directory: string;
  readonly test: TestRecord;
  readonly history: History;
  /** What nodes said of themselves, in the order of the file. Messages, timers and syncs are left out unless asked for. */
  readonly trace: readonly TraceRecord[];
  /**
   * The same with the messages among them, of a run with a full trace and at most `messagesMax` of them; absent for all
   * others.
   */
  readonly course?: readonly TraceRecord[];
  /** Null when the run ended before there was a verdict. */
  readonly results: ResultsRecord | null;
  /** Where the failure was caused, once `clew explain` has found it out. */
  readonly explanation: ExplanationRecord | null;
  readonly logs: readonly NodeLog[];
  /** What is missing or cut off in the directory, one sentence each. */
  readonly notes: readonly string[];
}

/** The end of one node's log. */
export interface NodeLog {
  readonly node: string;
  /** Relative to the run directory. */
  readonly path: string;
  readonly tail: readonly string[];
}

export interface ReadOptions {
  /** Which trace records to keep; by default those in which a node says something of itself. */
  readonly keepTrace?: (record: TraceRecord) => boolean;
}

/** A report draws messages one by one, which is for small runs; of large ones they would only fill the memory. */
export const messagesMax = 20_000;

/** Keeps what was said and done on the way to `keep`'s choice, until there is too much of it. */
function courseKeeper(keep: (record: TraceRecord) => boolean) {
  let messages = 0;
  let course: TraceRecord[] = [];
  return {
    keep(record: TraceRecord): boolean {
      const isMessage = saidByNetwork(record);
      if (isMessage) messages++;
      if (messages > messagesMax) course = [];
      else if (isMessage || saidByNode(record)) course.push(record);
      return keep(record);
    },
    course: () => (messages > 0 && messages <= messagesMax ? { course } : {}),
  };
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return null;
    throw storeError('read', path, thrown);
  }
}

function parseRecord(path: string, text: string, required: readonly string[]): object {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch (thrown) {
    throw storeError('read', path, thrown);
  }
  if (typeof record !== 'object' || record === null) throw new RunError(`cannot read ${path}: expected a JSON object`);
  const version = 'version' in record ? record.version : undefined;
  if (version !== 1) {
    throw new RunError(
      `cannot read ${path}: expected version 1, found ${version === undefined ? 'none' : JSON.stringify(version)}`,
    );
  }
  const missing = required.filter((field) => !(field in record));
  if (missing.length > 0) throw new RunError(`cannot read ${path}: missing ${missing.join(', ')}`);
  return record;
}

const testFields = ['runId', 'startedAt', 'system', 'workload', 'cluster', 'nodes', 'seed', 'command'] as const;

const tailBytes = 16 * 1024;
const tailLines = 40;

async function readTail(path: string): Promise<readonly string[] | null> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const start = Math.max(0, size - tailBytes);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(tailBytes), 0, tailBytes, start);
      const lines = buffer.toString('utf8', 0, bytesRead).split('\n');
      // The first line is cut off unless the file begins with it.
      return lines
        .slice(start > 0 ? 1 : 0)
        .filter((line) => line !== '')
        .slice(-tailLines);
    } finally {
      await file.close();
    }
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return null;
    throw storeError('read', path, thrown);
  }
}

async function readLogs(directory: string, nodes: readonly string[]): Promise<NodeLog[]> {
  const logs: NodeLog[] = [];
  for (const node of nodes) {
    const path = nodeLogFile(directory, node);
    const tail = await readTail(path);
    if (tail !== null) logs.push({ node, path: relative(directory, path), tail });
  }
  return logs;
}

async function readExplanation(directory: string): Promise<ExplanationRecord | null> {
  const file = runFile(directory, 'explanation');
  const text = await readIfThere(file);
  return text === null ? null : (parseRecord(file, text, ['likelihoods', 'transcript']) as ExplanationRecord);
}

/**
 * Reads the run in `path` (`store/latest` is as good as the directory itself). A run that was cut off, without results,
 * with a cut last line, or without any history, is read as far as it goes, and `notes` says what is missing. Throws a
 * UsageError when this is no run directory, and a RunError when a file in it is damaged.
 */
export async function readRun(path: string, options: ReadOptions = {}): Promise<RunData> {
  const directory = await realpath(path).catch(() => path);
  const notes: string[] = [];

  const testFile = runFile(directory, 'test');
  const testText = await readIfThere(testFile);
  if (testText === null) {
    throw new UsageError(`no run in ${path}: expected ${join(path, 'test.json')}; give the directory of a run`);
  }
  const test = parseRecord(testFile, testText, testFields) as TestRecord;

  const historyFile = runFile(directory, 'history');
  let history: History = [];
  if (existsSync(historyFile)) {
    history = readHistoryFile(historyFile, { tolerateCut: true, onCut: (note) => notes.push(note) });
  } else {
    notes.push('history.jsonl is missing: the run ended before its first operation.');
  }

  const keeper = courseKeeper(options.keepTrace ?? saidByNode);
  const trace = await readTrace(runFile(directory, 'trace'), keeper.keep);
  if (trace.unreadable > 0) notes.push(`trace.jsonl: ${String(trace.unreadable)} unreadable lines left out.`);

  const resultsFile = runFile(directory, 'results');
  const resultsText = await readIfThere(resultsFile);
  const results = resultsText === null ? null : (parseRecord(resultsFile, resultsText, ['checkers']) as ResultsRecord);
  if (results === null) notes.push('results.json is missing: the run ended before there was a verdict.');

  return {
    directory,
    test,
    history,
    trace: trace.records,
    ...keeper.course(),
    results,
    explanation: await readExplanation(directory),
    logs: await readLogs(directory, test.nodes),
    notes,
  };
}
