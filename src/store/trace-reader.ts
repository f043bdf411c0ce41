/** Reads `trace.jsonl` back. */

import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { codeOf, storeError } from './failure.ts';
import type { TraceRecord } from './run.ts';

/** What a node said of itself, as opposed to what the network, its timers and its disk did, which is most of a trace. */
const wordsOfNodes: ReadonlySet<string> = new Set(['probe', 'start', 'exit', 'crash', 'violation', 'log']);

export function saidByNode(record: TraceRecord): boolean {
  return wordsOfNodes.has(record.kind);
}

/** What went between nodes, and between them and clients, as far as the trace was a full one. */
const wordsOfNetwork: ReadonlySet<string> = new Set(['send', 'deliver', 'drop', 'request', 'reply', 'refuse', 'gauge']);

export function saidByNetwork(record: TraceRecord): boolean {
  return wordsOfNetwork.has(record.kind);
}

export interface Trace {
  readonly records: readonly TraceRecord[];
  /** Lines that are no records: a run that was cut off leaves one at the end. */
  readonly unreadable: number;
}

function parse(line: string): TraceRecord | null {
  try {
    const record = JSON.parse(line) as Partial<TraceRecord> | null;
    const whole =
      typeof record?.time === 'number' &&
      typeof record.node === 'string' &&
      typeof record.kind === 'string' &&
      typeof record.name === 'string';
    return whole ? (record as TraceRecord) : null;
  } catch {
    return null;
  }
}

/** The records that `keep` accepts, in the order of the file; none when there is no file. Throws a RunError otherwise. */
export async function readTrace(path: string, keep: (record: TraceRecord) => boolean): Promise<Trace> {
  const records: TraceRecord[] = [];
  let unreadable = 0;
  try {
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
      const record = parse(line);
      if (record === null) unreadable += line === '' ? 0 : 1;
      else if (keep(record)) records.push(record);
    }
  } catch (thrown) {
    if (codeOf(thrown) !== 'ENOENT') throw storeError('read', path, thrown);
  }
  return { records, unreadable };
}
