/**
 * A node's disk as `Disk` in systems/protocol.ts describes it, on a write-ahead file. Writes wait in this process's
 * memory until a `sync` sends them on their way, so that SIGKILL loses what a power cut would. Syncs that come while one
 * is under way share the next (group commit).
 */

import type { Disk, DiskImage, SyncTicket } from '../../systems/protocol.ts';
import { applyWrite, emptyImage, snapshot, type Write, writesOf } from './image.ts';
import { openWal, type Wal } from './wal.ts';

/** The file is rewritten when it is this many times as large as what it holds, */
const compactAtFactor = 4;
/** and at least this large, in bytes. */
const compactAtBytes = 4 * 1024 * 1024;
/** About how much of the image goes into one frame of a rewritten file, in characters. */
const frameCharacters = 256 * 1024;

export interface HostDisk {
  readonly disk: Disk;
  /** What earlier incarnations made durable. */
  readonly recovered: DiskImage;
  /** Bytes of an unfinished write that recovery dropped. */
  readonly droppedBytes: number;
  /** Resolves when no sync is under way. */
  idle(): Promise<void>;
  /** To be called when idle; nothing may be written after it. */
  close(): Promise<void>;
}

export interface HostDiskOptions {
  readonly directory: string;
  /** Called for each completed sync, in the order of the calls, never from inside `sync`. */
  readonly onSynced: (ticket: SyncTicket) => void;
  /** Called once when a write failed; nothing more is durable from then on. */
  readonly onError: (error: unknown) => void;
  readonly compactAtBytes?: number;
}

/** Rejects when the file can't be read or is corrupt. */
export async function openDisk(options: HostDiskOptions): Promise<HostDisk> {
  const { directory, onSynced, onError } = options;
  const smallest = options.compactAtBytes ?? compactAtBytes;
  const { wal, payloads, droppedBytes } = await openWal(directory);
  const image = emptyImage();
  for (const payload of payloads) for (const write of JSON.parse(payload) as Write[]) applyWrite(image, write);
  const recovered = snapshot(image);

  let writes: Write[] = [];
  let tickets = 0;
  let waiting: SyncTicket[] = [];
  /** How many of `writes` came before the last sync. */
  let covered = 0;
  let flushing: Promise<void> | null = null;
  /** Size of the file when it was last known to hold nothing but live data. */
  let compactSize = 0;

  const flush = async (): Promise<void> => {
    // Lets every sync of this turn of the event loop share one write.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const done = waiting;
      const batch = writes.slice(0, covered);
      writes = writes.slice(covered);
      waiting = [];
      covered = 0;
      if (batch.length > 0) {
        await wal.append(JSON.stringify(batch));
        for (const write of batch) applyWrite(image, write);
      }
      for (const ticket of done) onSynced(ticket);
      if (wal.size >= smallest && wal.size >= compactAtFactor * compactSize) compactSize = await compact(wal, image);
    }
    flushing = null;
  };

  let failed = false;
  const fail = (error: unknown): void => {
    failed = true;
    onError(error);
  };

  const disk: Disk = {
    put: (name, value) => void writes.push(['put', name, value]),
    append: (log, record) => void writes.push(['append', log, record]),
    truncate: (log, length) => void writes.push(['truncate', log, position(length)]),
    trim: (log, first) => void writes.push(['trim', log, position(first)]),
    sync() {
      waiting.push(tickets);
      covered = writes.length;
      // After a failed write `flushing` stays as it is, so that nothing is ever written again.
      flushing ??= flush().catch(fail);
      return tickets++;
    },
  };
  return {
    disk,
    recovered,
    droppedBytes,
    async idle() {
      while (flushing !== null && !failed) await flushing;
    },
    close: wal.close,
  };
}

function position(value: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new RangeError(`${value} is not a position in a log`);
}

/** Rewrites the file as what the image holds; returns its size. */
async function compact(wal: Wal, image: ReturnType<typeof emptyImage>): Promise<number> {
  await wal.replace(frames(image));
  return wal.size;
}

function* frames(image: ReturnType<typeof emptyImage>): Generator<string> {
  let batch: string[] = [];
  let characters = 0;
  for (const write of writesOf(image)) {
    const text = JSON.stringify(write);
    batch.push(text);
    characters += text.length;
    if (characters >= frameCharacters) {
      yield `[${batch.join(',')}]`;
      batch = [];
      characters = 0;
    }
  }
  if (batch.length > 0) yield `[${batch.join(',')}]`;
}
