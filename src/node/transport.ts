/** Messages between nodes over TCP, and who hears whom. The network may lose, and so may this. */

import { createServer, type Socket } from 'node:net';

import type { Json, NodeId } from '../../systems/protocol.ts';
import type { HostConfig } from './config.ts';
import { encode, type Frame, frameReader } from './frames.ts';
import { outgoingLink, silentAfterMs } from './outgoing-link.ts';

const tickEveryMs = 100;
/** A tick this late means that the whole process stood still: silence then says nothing about the peers. */
const stoodStillMs = 500;

export interface Transport {
  /** Sends `message` to a peer at the end of this turn of the event loop. A RangeError for one that is no peer. */
  send(to: NodeId, message: Json): void;
  /** For each peer ms since anything of it arrived; a peer never heard counts from the start. */
  heardMs(): Record<NodeId, number>;
  /** For each peer the last round trip in ms, where there was one. */
  rttMs(): Record<NodeId, number>;
  /** Messages dropped because a queue was full. */
  dropped(): number;
  close(): void;
}

export interface TransportOptions {
  readonly config: Pick<HostConfig, 'self' | 'listen' | 'peers'>;
  readonly incarnation: string;
  /** Monotonic, ms. */
  readonly now: () => number;
  readonly onMessage: (from: NodeId, message: Json) => void;
  /** A connection that made no sense, for the log. */
  readonly onStranger: (reason: string) => void;
}

/** Listens and begins to connect to every peer; rejects when it can't listen. */
export async function openTransport(options: TransportOptions): Promise<Transport> {
  const { config, incarnation, now, onMessage, onStranger } = options;
  const peers = Object.keys(config.peers);
  const heardAt = new Map(peers.map((peer) => [peer, now()]));
  const incoming = new Map<Socket, { heardAt: number }>();

  const accept = (socket: Socket): void => {
    const state = { heardAt: now() };
    incoming.set(socket, state);
    let from: NodeId | null = null;
    const onFrame = (frame: Frame): void => {
      state.heardAt = now();
      if (from === null) {
        if (frame.kind !== 'hello') throw new RangeError(`a ${frame.kind} before the hello`);
        if (frame.hello.to !== config.self) throw new RangeError(`a call for "${frame.hello.to}"`);
        if (!heardAt.has(frame.hello.from)) throw new RangeError(`a call from "${frame.hello.from}", which is no peer`);
        from = frame.hello.from;
        links.get(from)?.nudge();
      }
      heardAt.set(from, state.heardAt);
      if (frame.kind === 'ping') socket.write(encode('pong', String(frame.sentAt)));
      else if (frame.kind === 'message') onMessage(from, frame.message);
    };
    const read = frameReader(onFrame);
    socket.on('data', (chunk) => {
      try {
        read(chunk);
      } catch (error) {
        onStranger(`closed a connection from ${socket.remoteAddress ?? 'nowhere'}: ${String(error)}`);
        socket.destroy();
      }
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => incoming.delete(socket));
  };

  const server = createServer({ noDelay: true }, accept);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: config.listen.host, port: config.listen.port, backlog: 128 }, resolve);
  });

  const links = new Map(
    Object.entries(config.peers).map(([peer, address]) => [
      peer,
      outgoingLink({ self: config.self, incarnation, peer, address, now, onHeard: () => heardAt.set(peer, now()) }),
    ]),
  );

  let tickedAt = now();
  const ticking = setInterval(() => {
    const stoodStill = now() - tickedAt > stoodStillMs;
    tickedAt = now();
    if (stoodStill) return;
    for (const link of links.values()) link.tick();
    for (const [socket, state] of incoming) if (tickedAt - state.heardAt >= silentAfterMs) socket.destroy();
  }, tickEveryMs);

  return {
    send(to, message) {
      const link = links.get(to);
      if (link === undefined) throw new RangeError(`${config.self} can't send to "${to}", which is no peer`);
      link.send(encode('message', JSON.stringify(message)));
    },
    heardMs: () => Object.fromEntries([...heardAt].map(([peer, at]) => [peer, Math.round(now() - at)])),
    rttMs: () =>
      Object.fromEntries(
        [...links].flatMap(([peer, link]) => {
          const rtt = link.rttMs();
          return rtt === null ? [] : [[peer, rtt]];
        }),
      ),
    dropped: () => [...links.values()].reduce((sum, link) => sum + link.dropped(), 0),
    close() {
      clearInterval(ticking);
      server.close();
      for (const link of links.values()) link.close();
      for (const socket of incoming.keys()) socket.destroy();
    },
  };
}
