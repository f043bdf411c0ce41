/**
 * Runs one node of a protocol on the real world: TCP, files, clocks. Handlers run strictly one at a time; everything a
 * handler asks for takes effect after it has returned.
 */

import type { Env, Json, NodeId, Protocol, Request, RequestId, Response, System } from '../../systems/protocol.ts';
import { realClock } from '../cluster/clock.ts';
import { unknownName } from '../errors.ts';
import { openApi } from './api.ts';
import { gaugeProbes, type HostConfig } from './config.ts';
import { openDisk } from './disk.ts';
import { openTransport } from './transport.ts';
import { wallClock } from './wall-clock.ts';

/** One line of the node's log. */
export interface LogLine {
  readonly kind: 'probe' | 'start' | 'crash' | 'log';
  readonly name: string;
  readonly detail?: Json;
}

export interface HostOptions {
  readonly config: HostConfig;
  readonly system: System;
  readonly incarnation: string;
  readonly log: (line: LogLine) => void;
  /** An exception in the protocol: nothing of this node runs any more. */
  readonly onCrash: (error: unknown) => void;
  /** The disk failed: nothing of this node may run any more. */
  readonly onDiskError: (error: unknown) => void;
  /** A client asked for the end. */
  readonly onStop: () => void;
}

export interface Host {
  /** Takes no more requests, makes durable what was asked to be, then closes everything. */
  stop(): Promise<void>;
}

/** Resolves once the node answers; rejects when it can't listen, can't read its disk, or knows no such mutant. */
export async function startHost(options: HostOptions): Promise<Host> {
  const { config, system, incarnation, log } = options;
  const create = creatorOf(system, config.mutant);
  const monotonicNow = () => performance.now();
  const wall = wallClock(realClock.now);
  const timers = new Map<string, NodeJS.Timeout>();
  const pending = new Map<RequestId, (response: Response) => void>();
  const probes: Record<string, Json> = {};
  let requests = 0;
  let over = false;
  let started = false;
  let protocol: Protocol<Json>;

  /** Runs one handler. */
  const enter = (handler: () => void): void => {
    if (over) return;
    try {
      handler();
    } catch (error) {
      over = true;
      options.onCrash(error);
    }
  };

  const opened = await openDisk({
    directory: config.dataDirectory,
    onSynced: (ticket) => {
      enter(() => {
        protocol.onSynced(ticket);
      });
    },
    onError: (error) => {
      over = true;
      options.onDiskError(error);
    },
  });
  if (opened.droppedBytes > 0) {
    log({ kind: 'log', name: 'recovery dropped an unfinished write', detail: { bytes: opened.droppedBytes } });
  }

  const transport = await openTransport({
    config,
    incarnation,
    now: monotonicNow,
    onMessage: (from, message) => {
      // A peer may speak before this node has started.
      if (!started) return;
      enter(() => {
        protocol.onMessage(from, message);
      });
    },
    onStranger: (reason) => {
      log({ kind: 'log', name: reason });
    },
  });

  const cancelTimer = (name: string): void => {
    clearTimeout(timers.get(name));
    timers.delete(name);
  };
  const env: Env<Json> = {
    self: config.self,
    peers: Object.keys(config.peers),
    send: (to: NodeId, message: Json) => {
      transport.send(to, message);
    },
    setTimer(name, afterMs) {
      clearTimeout(timers.get(name));
      const fire = (): void => {
        timers.delete(name);
        enter(() => {
          protocol.onTimer(name);
        });
      };
      timers.set(name, setTimeout(fire, afterMs));
    },
    cancelTimer,
    monotonicNow,
    wallNow: wall.now,
    random: Math.random,
    disk: opened.disk,
    reply(request, response) {
      const answer = pending.get(request);
      pending.delete(request);
      answer?.(response);
    },
    probe(name, detail) {
      probes[name] = detail ?? null;
      if (!gaugeProbes.has(name)) log({ kind: 'probe', name, ...(detail === undefined ? {} : { detail }) });
    },
    buggify: () => false,
  };

  enter(() => {
    protocol = create(env, config.settings);
    protocol.start(opened.recovered);
    started = true;
  });

  const api = await openApi({
    address: config.api,
    onRequest(request: Request, answer) {
      const id = requests++;
      pending.set(id, answer);
      enter(() => {
        protocol.onRequest(id, request);
      });
      return () => pending.delete(id);
    },
    status: () => ({
      node: config.self,
      incarnation,
      pid: process.pid,
      uptimeMs: Math.round(monotonicNow()),
      skewMs: wall.skewMs(),
      heardMs: transport.heardMs(),
      rttMs: transport.rttMs(),
      queueDrops: transport.dropped(),
      probes,
    }),
    onClock: wall.set,
    onStop: options.onStop,
  });

  return {
    async stop() {
      api.drain();
      await opened.idle();
      over = true;
      await opened.close();
      for (const name of timers.keys()) cancelTimer(name);
      transport.close();
      api.close();
    },
  };
}

function creatorOf(system: System, mutant: string | null): System['create'] {
  if (mutant === null) return system.create;
  const found = system.mutants.find((candidate) => candidate.name === mutant);
  if (found !== undefined) return found.create;
  const known = system.mutants.map((candidate) => candidate.name);
  throw unknownName(`mutant of ${system.name}`, mutant, known);
}
