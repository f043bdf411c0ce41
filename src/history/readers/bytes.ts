/** The bytes of a history: from a file, from standard input or from memory, unpacked where they are compressed. */

import { open } from 'node:fs/promises';
import { Readable, pipeline } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { UsageError, messageOf } from '../../errors.ts';

/** Chunks of bytes, in order. */
export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export interface Bytes {
  /** Each chunk is valid until the next is asked for. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** How many bytes there are, where that is known. */
  readonly size: number | undefined;
}

const chunkBytes = 1 << 20;

/**
 * Opens the file `path`. It is read as it is asked for, in chunks, and closed at the end. Throws a UsageError when it
 * can't be read; so do the chunks.
 */
export async function bytesOfFile(path: string): Promise<Bytes> {
  try {
    const file = await open(path, 'r');
    const stats = await file.stat();
    if (stats.isDirectory()) {
      await file.close();
      throw new UsageError(`cannot read the history ${path}: expected a file, found a directory`);
    }
    async function* chunks(): AsyncGenerator<Uint8Array> {
      // While one chunk is worked on, the other is being filled.
      let filling = Buffer.allocUnsafeSlow(chunkBytes);
      let full = Buffer.allocUnsafeSlow(chunkBytes);
      let reading = file.read(filling, 0, chunkBytes);
      try {
        for (;;) {
          const { bytesRead } = await reading;
          if (bytesRead === 0) return;
          [filling, full] = [full, filling];
          reading = file.read(filling, 0, chunkBytes);
          yield full.subarray(0, bytesRead);
        }
      } catch (thrown) {
        throw unreadable(path, thrown);
      } finally {
        await reading.catch(() => null);
        await file.close();
      }
    }
    return { chunks: chunks(), size: stats.isFile() ? stats.size : undefined };
  } catch (thrown) {
    throw unreadable(path, thrown);
  }
}

/** The error for a history that can't be read, in one line. */
export function unreadable(path: string, thrown: unknown): UsageError {
  if (thrown instanceof UsageError) return thrown;
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  const why =
    code === 'ENOENT'
      ? 'there is no such file'
      : code === 'EISDIR'
        ? 'expected a file, found a directory'
        : code === 'EACCES'
          ? 'permission denied'
          : messageOf(thrown);
  return new UsageError(`cannot read the history ${path}: ${why}`, { cause: thrown });
}

const packers = [
  { name: 'gzip', magic: [0x1f, 0x8b], unpack: createGunzip },
  { name: 'zstd', magic: [0x28, 0xb5, 0x2f, 0xfd], unpack: createZstdDecompress },
] as const;

const magicMax = 4;

/**
 * The same bytes, unpacked if they begin as gzip or zstd data do. Chunks throw a UsageError that names `source` when the
 * data are damaged or cut off; of the latter, everything that can be unpacked comes before, and `onCut` may prevent the
 * error by returning true.
 */
export async function unpacked(bytes: Bytes, source: string, onCut: (note: string) => boolean): Promise<Bytes> {
  const iterator = bytes.chunks[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  let done = false;
  while (head.length < magicMax && !done) {
    const next = await iterator.next();
    if (next.done === true) done = true;
    else head = Buffer.concat([head, next.value]);
  }
  async function* rest(): AsyncGenerator<Uint8Array> {
    try {
      if (head.length > 0) yield head;
      for (;;) {
        const next = await iterator.next();
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  const packer = packers.find(({ magic }) => magic.every((byte, i) => head[i] === byte));
  if (packer === undefined) return { chunks: rest(), size: bytes.size };
  const { name, unpack } = packer;

  async function* unpacking(): AsyncGenerator<Uint8Array> {
    const stream = unpack();
    let count = 0;
    pipeline(Readable.from(copies(rest())), stream, () => null);
    try {
      for await (const chunk of stream as AsyncIterable<Uint8Array>) {
        count += chunk.length;
        yield chunk;
      }
    } catch (thrown) {
      if (thrown instanceof UsageError) throw thrown;
      const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
      const after = `after ${count} bytes of history`;
      if (code !== 'Z_BUF_ERROR') {
        throw new UsageError(`${source}: expected ${name} data, found damage ${after} (${messageOf(thrown)})`, {
          cause: thrown,
        });
      }
      const what = `the ${name} data are cut off ${after}`;
      if (!onCut(`${source}: ${what}; what comes before was read.`)) {
        throw new UsageError(`${source}: ${what}: expected more, found the end of the file`, { cause: thrown });
      }
    } finally {
      stream.destroy();
    }
  }
  return { chunks: unpacking(), size: undefined };
}

/** Streams look ahead, so that each chunk needs its own memory. */
async function* copies(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield Uint8Array.from(chunk);
}
