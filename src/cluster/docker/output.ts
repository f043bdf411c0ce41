/**
 * What a container prints, as lines. The engine packs both of its streams into one: frames of a byte that says which
 * stream, three zeroes, the length in four bytes, and the text (Docker Engine API, "Attach to a container").
 */

import { StringDecoder } from 'node:string_decoder';

import { lineReader } from '../lines.ts';

const headerBytes = 8;

/** Takes the packed stream in pieces of any size and calls `onData` with the number of the stream (1 or 2) and its data. */
export function unpack(onData: (stream: number, data: Buffer) => void): (chunk: Buffer) => void {
  let pieces: Buffer[] = [];
  let held = 0;
  let wanted = headerBytes;
  let stream: number | null = null;
  return (chunk) => {
    pieces.push(chunk);
    held += chunk.length;
    while (held >= wanted) {
      const all = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
      const piece = all.subarray(0, wanted);
      pieces = held > wanted ? [all.subarray(wanted)] : [];
      held -= wanted;
      if (stream === null) {
        stream = piece[0] as number;
        wanted = piece.readUInt32BE(4);
      } else {
        onData(stream, piece);
        stream = null;
        wanted = headerBytes;
      }
    }
  };
}

/** Calls `onLine` for every line of either stream, whole characters only; `end` gives what is left without its end. */
export function outputLines(onLine: (line: string) => void): { write(chunk: Buffer): void; end(): void } {
  const streams = new Map<number, { decoder: StringDecoder; read: (text: string) => void; open: boolean }>();
  const write = unpack((number, data) => {
    let stream = streams.get(number);
    if (stream === undefined) {
      stream = { decoder: new StringDecoder('utf8'), read: lineReader(onLine), open: false };
      streams.set(number, stream);
    }
    const text = stream.decoder.write(data);
    stream.open = !text.endsWith('\n');
    stream.read(text);
  });
  return {
    write,
    end() {
      for (const { open, read } of streams.values()) if (open) read('\n');
      streams.clear();
    },
  };
}
