/**
 * How nodes talk over TCP: frames `[u32 length][u8 kind][payload]`, big-endian, where the length counts kind and payload.
 * A connection begins with a hello, then carries messages and pings one way and pongs the other.
 */

import type { Json, NodeId } from '../../systems/protocol.ts';

/** Longest frame, in bytes; a longer one is no frame of ours. */
export const maxFrameBytes = 16 * 1024 * 1024;

/** The first frame of a connection: who calls, in which incarnation, and whom it means to reach. */
export interface Hello {
  readonly from: NodeId;
  readonly incarnation: string;
  readonly to: NodeId;
}

export type Frame =
  | { readonly kind: 'hello'; readonly hello: Hello }
  | { readonly kind: 'message'; readonly message: Json }
  /** `sentAt` is the pinging node's own monotonic time in ms. */
  | { readonly kind: 'ping'; readonly sentAt: number }
  | { readonly kind: 'pong'; readonly sentAt: number };

const kindCodes = { hello: 1, message: 2, ping: 3, pong: 4 } as const;
const lengthBytes = 4;
const headerBytes = lengthBytes + 1;

/** The bytes of a frame whose payload is `text`. A RangeError when it is too long. */
export function encode(kind: keyof typeof kindCodes, text: string): Buffer {
  const length = Buffer.byteLength(text) + 1;
  if (length > maxFrameBytes) throw new RangeError(`a ${kind} of ${length} bytes is longer than ${maxFrameBytes}`);
  const bytes = Buffer.allocUnsafe(lengthBytes + length);
  bytes.writeUInt32BE(length, 0);
  bytes.writeUInt8(kindCodes[kind], lengthBytes);
  bytes.write(text, headerBytes);
  return bytes;
}

/** Cuts a stream of bytes into frames. It throws, for good, on bytes that are no frames. */
export function frameReader(onFrame: (frame: Frame) => void): (chunk: Buffer) => void {
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  /** How many bytes must be there before it is worth looking again. */
  let neededBytes = lengthBytes;
  return (chunk) => {
    waiting.push(chunk);
    waitingBytes += chunk.length;
    if (waitingBytes < neededBytes) return;
    const bytes = waiting.length === 1 ? chunk : Buffer.concat(waiting);
    let start = 0;
    neededBytes = lengthBytes;
    while (start + lengthBytes <= bytes.length) {
      const length = bytes.readUInt32BE(start);
      if (length < 1 || length > maxFrameBytes) throw new RangeError(`a frame of ${length} bytes`);
      const end = start + lengthBytes + length;
      if (end > bytes.length) {
        neededBytes = lengthBytes + length;
        break;
      }
      onFrame(decode(bytes.readUInt8(start + lengthBytes), bytes.toString('utf8', start + headerBytes, end)));
      start = end;
    }
    waiting = start < bytes.length ? [bytes.subarray(start)] : [];
    waitingBytes = bytes.length - start;
  };
}

function decode(code: number, text: string): Frame {
  switch (code) {
    case kindCodes.hello:
      return { kind: 'hello', hello: JSON.parse(text) as Hello };
    case kindCodes.message:
      return { kind: 'message', message: JSON.parse(text) as Json };
    case kindCodes.ping:
      return { kind: 'ping', sentAt: Number(text) };
    case kindCodes.pong:
      return { kind: 'pong', sentAt: Number(text) };
    default:
      throw new RangeError(`a frame of kind ${code}`);
  }
}
