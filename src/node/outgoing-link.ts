/**
 * The connection on which this node sends to one peer: opened, and opened again whenever it breaks. TCP backs off for
 * seconds to minutes after a cut, which would make healing look like an outage of the system under test; so a
 * connection whose pings stay unanswered for about a second is given up and made anew.
 */

import { connect, type Socket } from 'node:net';

import type { NodeId } from '../../systems/protocol.ts';
import { encode, type Frame, frameReader, type Hello } from './frames.ts';

/** Frames kept while there is no connection; older ones are dropped. */
const parkedFramesMax = 64;
/** Bytes handed to the kernel's socket but not taken yet, above which frames are dropped. */
const unsentBytesMax = 8 * 1024 * 1024;
/** No answer to any ping for this long: the connection is given up. */
export const silentAfterMs = 1_000;
const backoffMs = [5, 20, 50, 100, 250] as const;
/** An attempt this young is left alone when the peer shows up. */
const freshAttemptMs = 50;
/** A lost SYN is repeated by the kernel only after a second, so most attempts are shorter; some allow for a slow link. */
const connectTimeoutsMs = [250, 250, 250, silentAfterMs] as const;

export interface OutgoingLink {
  /** Sends at the end of this turn of the event loop, or drops. */
  send(bytes: Buffer): void;
  /** To be called about every 100 ms: pings, and gives up a connection on which nothing comes back. */
  tick(): void;
  /** The peer was just heard on a connection of its own: what stands in the way of connecting may be gone. */
  nudge(): void;
  /** The last round trip in ms, null before the first. */
  rttMs(): number | null;
  /** Frames dropped because there was no room. */
  dropped(): number;
  close(): void;
}

export interface OutgoingLinkOptions {
  readonly self: NodeId;
  readonly incarnation: string;
  readonly peer: NodeId;
  readonly address: { readonly host: string; readonly port: number };
  readonly now: () => number;
  /** Something of the peer arrived. */
  readonly onHeard: () => void;
}

export function outgoingLink(options: OutgoingLinkOptions): OutgoingLink {
  const { self, incarnation, peer, address, now, onHeard } = options;
  const hello: Hello = { from: self, incarnation, to: peer };
  let socket: Socket | null = null;
  let connected = false;
  let closed = false;
  let attempts = 0;
  let retry: NodeJS.Timeout | null = null;
  let attemptedAt = 0;
  let acknowledgedAt = 0;
  let rtt: number | null = null;
  let dropped = 0;
  let parked: Buffer[] = [];
  let flushScheduled = false;

  const onFrame = (frame: Frame): void => {
    if (frame.kind !== 'pong') throw new RangeError(`a ${frame.kind} where only pongs come`);
    acknowledgedAt = now();
    rtt = acknowledgedAt - frame.sentAt;
    onHeard();
  };

  const open = (): void => {
    retry = null;
    const mine = connect({ ...address, noDelay: true });
    socket = mine;
    attemptedAt = now();
    mine.on('connect', () => {
      connected = true;
      attempts = 0;
      acknowledgedAt = now();
      mine.write(encode('hello', JSON.stringify(hello)));
      mine.write(encode('ping', String(acknowledgedAt)));
      scheduleFlush();
    });
    const read = frameReader(onFrame);
    mine.on('data', (chunk) => {
      try {
        read(chunk);
      } catch {
        // Whoever listens there does not speak our frames; the next attempt may find the peer.
        mine.destroy();
      }
    });
    mine.on('error', () => mine.destroy());
    mine.on('close', () => {
      if (socket !== mine) return;
      socket = null;
      connected = false;
      if (closed) return;
      const pause = backoffMs[Math.min(attempts, backoffMs.length - 1)];
      attempts++;
      retry = setTimeout(open, pause);
    });
  };

  const flush = (): void => {
    flushScheduled = false;
    if (socket === null || !connected) {
      const surplus = parked.length - parkedFramesMax;
      if (surplus > 0) {
        parked.splice(0, surplus);
        dropped += surplus;
      }
      return;
    }
    if (socket.writableLength > unsentBytesMax) {
      dropped += parked.length;
    } else if (parked.length > 0) {
      socket.write(parked.length === 1 && parked[0] !== undefined ? parked[0] : Buffer.concat(parked));
    }
    parked = [];
  };
  const scheduleFlush = (): void => {
    if (flushScheduled) return;
    flushScheduled = true;
    setImmediate(flush);
  };

  open();
  return {
    send(bytes) {
      parked.push(bytes);
      scheduleFlush();
    },
    tick() {
      if (socket === null) return;
      if (!connected) {
        const limit = connectTimeoutsMs[attempts % connectTimeoutsMs.length] ?? silentAfterMs;
        if (now() - attemptedAt >= limit) socket.destroy();
        return;
      }
      if (now() - acknowledgedAt >= silentAfterMs) {
        // Without the reset the kernel would go on repeating what is unsent for minutes.
        socket.resetAndDestroy();
        return;
      }
      if (socket.writableLength <= unsentBytesMax) socket.write(encode('ping', String(now())));
    },
    nudge() {
      if (closed || connected || (socket !== null && now() - attemptedAt < freshAttemptMs)) return;
      if (retry !== null) clearTimeout(retry);
      const stale = socket;
      socket = null;
      stale?.destroy();
      open();
    },
    rttMs: () => rtt,
    dropped: () => dropped,
    close() {
      closed = true;
      if (retry !== null) clearTimeout(retry);
      socket?.destroy();
    },
  };
}
