/** Streams `trace.jsonl` while a test runs. */

import { closeSync, openSync, writeSync } from 'node:fs';
import type { RunError } from '../errors.ts';
import { storeError } from './failure.ts';
import { runFile } from './layout.ts';
import type { TraceRecord } from './run.ts';

const bufferCharacters = 64 * 1024;
const flushEveryNs = 1e9;
const charactersMax = 2 ** 30;

const lastRecord = ({ time, node }: TraceRecord, limit: number): TraceRecord => {
  return {
    time,
    node,
    kind: 'log',
    name: `the trace ends here: it has reached its limit of ${String(limit)} characters`,
  };
};

export interface TraceWriter {
  /** Never throws: what happens at a node must not depend on the disk of the control node. */
  write(record: TraceRecord): void;
  /** Hands everything written so far to the operating system. Never throws. */
  flush(): void;
  /** Flushes and closes. Throws the RunError of the first write that failed; nothing was written after that one. */
  close(): void;
}

/**
 * Opens the trace of a run. Records are buffered and written in large pieces, at the latest when a record comes a second
 * (of the cluster's time) after the last write, so that a crash loses little. Writes are synchronous: a simulated run
 * makes records faster than promises could carry them away, and memory must not grow. Past `limit` characters the trace
 * ends with a record that says so: a system that spins must not fill the disk.
 */
export function openTrace(directory: string, limit = charactersMax): TraceWriter {
  const path = runFile(directory, 'trace');
  let file: number;
  try {
    file = openSync(path, 'a');
  } catch (thrown) {
    throw storeError('open', path, thrown);
  }
  let buffer = '';
  let flushedAt = Number.NEGATIVE_INFINITY;
  let failure: RunError | null = null;
  let open = true;
  let room = limit;

  const flush = (): void => {
    if (buffer === '' || failure !== null || !open) return;
    const bytes = Buffer.from(buffer);
    buffer = '';
    try {
      for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
    } catch (thrown) {
      failure = storeError('write', path, thrown);
    }
  };
  return {
    write(record) {
      if (failure !== null || !open || room <= 0) return;
      const line = `${JSON.stringify(record)}\n`;
      room -= line.length;
      buffer += room > 0 ? line : `${JSON.stringify(lastRecord(record, limit))}\n`;
      if (buffer.length < bufferCharacters && record.time - flushedAt < flushEveryNs) return;
      flushedAt = record.time;
      flush();
    },
    flush,
    close() {
      if (!open) return;
      flush();
      open = false;
      closeSync(file);
      if (failure !== null) throw failure;
    },
  };
}
