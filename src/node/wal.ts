/**
 * One write-ahead file: a sequence of frames `[u32 length][u32 crc32][payload]`, big-endian, each written at once and
 * durable before the next begins. So a crash can damage only the last frame, and a damaged frame that has an intact one
 * after it is not a crash's work but corruption. The checksum starts from the frame's place in the file, so that a frame
 * that was written to the place of another one is damage, too.
 */

import { constants } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';

import { RunError } from '../errors.ts';

const headerBytes = 8;
const fileName = 'wal';
const draftName = 'wal.new';

export interface Wal {
  /** Size of the file in bytes. */
  readonly size: number;
  /** Adds one frame; durable when it resolves. One call at a time. */
  append(payload: string): Promise<void>;
  /** Puts a file with exactly these frames in the place of this one, in one step as far as a crash can tell. */
  replace(payloads: Iterable<string>): Promise<void>;
  close(): Promise<void>;
}

/** What was found in the file: its payloads, and how many bytes of an unfinished frame were dropped from its end. */
export interface Recovered {
  readonly wal: Wal;
  readonly payloads: readonly string[];
  readonly droppedBytes: number;
}

/** Opens or makes the file in `directory`. A RunError when it is corrupt in a place that no crash can explain. */
export async function openWal(directory: string): Promise<Recovered> {
  const path = join(directory, fileName);
  const draft = join(directory, draftName);
  await rm(draft, { force: true });
  let file = await openDurable(path, constants.O_RDWR | constants.O_CREAT);
  await syncDirectory(directory);
  const { payloads, end, droppedBytes } = await recover(file, path).catch(async (error: unknown) => {
    await file.close();
    throw error;
  });
  let size = end;
  const wal: Wal = {
    get size() {
      return size;
    },
    async append(payload) {
      const bytes = frame(payload, size);
      await writeAll(file, bytes, size);
      size += bytes.length;
    },
    async replace(payloads) {
      const flags = constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC;
      const next = await open(draft, flags, 0o600);
      let nextSize = 0;
      for (const payload of payloads) {
        const bytes = frame(payload, nextSize);
        await writeAll(next, bytes, nextSize);
        nextSize += bytes.length;
      }
      await next.sync();
      await next.close();
      await rename(draft, path);
      await syncDirectory(dirname(path));
      await file.close();
      file = await openDurable(path, constants.O_RDWR);
      size = nextSize;
    },
    close: () => file.close(),
  };
  return { wal, payloads, droppedBytes };
}

/** Reads all intact frames, and cuts off what follows the last. */
async function recover(file: FileHandle, path: string): Promise<ReturnType<typeof parse> & { droppedBytes: number }> {
  const content = await file.readFile();
  const { payloads, end } = parse(content, path);
  if (end < content.length) {
    await file.truncate(end);
    await file.sync();
  }
  return { payloads, end, droppedBytes: content.length - end };
}

/** With O_DSYNC a write returns once its data are on the disk: one system call for what is else write and fdatasync. */
function openDurable(path: string, flags: number): Promise<FileHandle> {
  return open(path, flags | constants.O_DSYNC, 0o600);
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, constants.O_RDONLY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    written += (await file.write(bytes, written, bytes.length - written, position + written)).bytesWritten;
  }
}

/** The bytes of the frame at byte `place` of the file. */
export function frame(payload: string, place: number): Buffer {
  const length = Buffer.byteLength(payload);
  const bytes = Buffer.allocUnsafe(headerBytes + length);
  bytes.write(payload, headerBytes);
  bytes.writeUInt32BE(length, 0);
  bytes.writeUInt32BE(checksum(bytes.subarray(headerBytes), place), 4);
  return bytes;
}

function checksum(payload: Buffer, place: number): number {
  return crc32(payload, place >>> 0);
}

/** All intact frames from the start of `content`, and where they end. */
function parse(content: Buffer, path: string): { payloads: string[]; end: number } {
  const payloads: string[] = [];
  let end = 0;
  for (let next = frameEnd(content, end); next !== null; next = frameEnd(content, end)) {
    payloads.push(content.toString('utf8', end + headerBytes, next));
    end = next;
  }
  const intact = firstFrame(content, end + 1);
  if (intact !== null) {
    throw new RunError(
      `${path} is corrupt: the record at byte ${end} is damaged although an intact one follows at byte ${intact}; ` +
        'a crash damages only the last record, so the disk or another program changed this file',
    );
  }
  return { payloads, end };
}

/** Where the frame that begins at `start` ends; null if there is no intact frame. */
function frameEnd(content: Buffer, start: number): number | null {
  if (start + headerBytes > content.length) return null;
  const length = content.readUInt32BE(start);
  const end = start + headerBytes + length;
  // No payload is empty; a run of zeros would otherwise read as frames with a right checksum.
  if (length === 0 || end > content.length) return null;
  return checksum(content.subarray(start + headerBytes, end), start) === content.readUInt32BE(start + 4) ? end : null;
}

/** The first place at or after `from` where an intact frame begins. Payloads are JSON arrays, which rules most out. */
function firstFrame(content: Buffer, from: number): number | null {
  const bracket = 0x5b;
  for (let at = content.indexOf(bracket, from + headerBytes); at !== -1; at = content.indexOf(bracket, at + 1)) {
    if (frameEnd(content, at - headerBytes) !== null) return at - headerBytes;
  }
  return null;
}
