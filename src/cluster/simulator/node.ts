/** One simulated node: a protocol, its disk, its timers, its clock, and what becomes of them when it is killed or paused. */

import type { CreateProtocol, Json, NodeId, Protocol, RequestId } from '../../../systems/protocol.ts';
import { messageOf } from '../../errors.ts';
import { key, uniform } from '../../random.ts';
import { gaugeProbes, NoAnswer, type NodeEvent } from '../cluster.ts';
import type { Skew } from '../faults.ts';
import { simulatedDisk } from './disk.ts';
import type { Call, NodeDuty, Timer } from './events.ts';
import { deepFreeze } from './freeze.ts';
import type { RollingHash } from './hash.ts';
import type { SimulatorOptions } from './options.ts';
import type { Timeline } from './timeline.ts';

/** Virtual time starts here, in ms since the epoch. */
const epochMs = 1_700_000_000_000;

/** What a node needs of the world around it. */
export interface Surroundings {
  readonly seed: number;
  readonly knobs: SimulatorOptions;
  readonly timeline: Timeline;
  readonly hash: RollingHash;
  readonly create: CreateProtocol;
  readonly settings: Readonly<Record<string, Json>>;
  readonly ids: readonly NodeId[];
  /** Sends a frozen message on its way. */
  transmit(from: number, to: NodeId, message: Json): void;
  /** Latency in µs of the next message between a client and a node. */
  clientLatency(): number;
  emit(node: NodeId, kind: NodeEvent['kind'], name: string, detail?: Json): void;
}

export interface SimulatedNode {
  readonly id: NodeId;
  readonly position: number;
  running(): boolean;
  incarnation(): number;
  paused(): boolean;
  begin(): void;
  /** Ends the process at once; of the writes on their way to the disk a share `kept` in [0, 1] survives. */
  kill(kept: number): void;
  pause(): void;
  resume(): void;
  setSkew(skew: Skew): void;
  skewMs(): number;
  /** Does what a duty of this node says; false when it was nothing. A paused node keeps it for later. */
  perform(duty: Exclude<NodeDuty, { readonly kind: 'ping' | 'pings' }>, timeUs: number): boolean;
  /** The last value of each state probe. */
  probes(): Readonly<Record<string, Json>>;
}

/** `table[share * length]`: one entry of an integer table by a number in [0, 1). */
export const choose = (table: readonly number[], share: number): number => table[Math.floor(share * table.length)] ?? 0;

export function simulatedNode(world: Surroundings, id: NodeId, position: number): SimulatedNode {
  const { seed, knobs, timeline, hash } = world;
  const full = knobs.trace === 'full';
  const syncFamily = key(seed, 'sync', id);
  let syncs = 0;
  let lastSyncUs = 0;
  let protocol: Protocol<Json> | null = null;
  let incarnation = 0;
  let paused = false;
  let held: Parameters<SimulatedNode['perform']>[0][] = [];
  let timers = new Map<string, Timer>();
  let calls = new Map<RequestId, Call>();
  let nextRequest: RequestId = 1;
  let skew: Skew = { offsetMs: 0, rate: 1 };
  let skewSetUs = 0;
  let probes: Record<string, Json> = {};

  const storage = simulatedDisk((ticket) => {
    const wanted = timeline.nowUs() + choose(knobs.syncUs, uniform(syncFamily, syncs++));
    lastSyncUs = Math.max(lastSyncUs, wanted);
    timeline.push({ kind: 'synced', node: position, incarnation, ticket }, lastSyncUs - timeline.nowUs());
  });
  const skewMs = (): number => skew.offsetMs + ((skew.rate - 1) * (timeline.nowUs() - skewSetUs)) / 1000;

  const kill = (kept: number): void => {
    protocol = null;
    paused = false;
    timers = new Map();
    storage.crash(kept);
    const lost = [...calls.values(), ...held.flatMap((duty) => (duty.kind === 'request' ? [duty.call] : []))];
    calls = new Map();
    held = [];
    for (const call of lost) {
      timeline.control(world.clientLatency(), () => {
        call.fail(new NoAnswer('connection lost', true));
      });
    }
    world.emit(id, 'exit', String(incarnation));
  };

  /** Runs a handler of the protocol; an exception ends the node and is a finding. */
  const handle = (action: (running: Protocol<Json>) => void): void => {
    if (protocol === null) return;
    try {
      action(protocol);
    } catch (thrown) {
      world.emit(id, 'crash', thrown instanceof Error ? thrown.name : 'Error', messageOf(thrown));
      kill(0);
    }
  };

  const begin = (): void => {
    const own = ++incarnation;
    const randomFamily = key(seed, 'protocol', id, own);
    let draws = 0;
    timers = new Map();
    probes = {};
    lastSyncUs = timeline.nowUs();
    const fresh = world.create(
      {
        self: id,
        peers: world.ids.filter((peer) => peer !== id),
        send(to, message) {
          const sent = knobs.codec ? (JSON.parse(JSON.stringify(message)) as Json) : message;
          world.transmit(position, to, deepFreeze(sent));
        },
        setTimer(name, afterMs) {
          // Rounded up: a timer set again for what is left of its time must not stand still.
          const dueUs = timeline.nowUs() + Math.max(0, Math.ceil(afterMs * 1000));
          let timer = timers.get(name);
          if (timer === undefined) timers.set(name, (timer = { name, dueUs, waitingUs: -1 }));
          timer.dueUs = dueUs;
          // An event that waits for an earlier time moves on by itself when it comes up.
          if (timer.waitingUs >= 0 && timer.waitingUs <= dueUs) return;
          timer.waitingUs = dueUs;
          timeline.push({ kind: 'timer', node: position, incarnation: own, timer }, dueUs - timeline.nowUs());
        },
        cancelTimer(name) {
          const timer = timers.get(name);
          if (timer !== undefined) timer.dueUs = -1;
        },
        monotonicNow: () => timeline.nowUs() / 1000,
        wallNow: () => epochMs + timeline.nowUs() / 1000 + skewMs(),
        random: () => uniform(randomFamily, draws++),
        disk: storage.disk,
        reply(request, response) {
          const call = calls.get(request);
          if (call === undefined) return;
          calls.delete(request);
          const answer = deepFreeze(response);
          timeline.control(world.clientLatency(), () => {
            hash.integer(position);
            hash.value(answer);
            call.answer(answer);
          });
        },
        probe(name, detail) {
          const value = detail ?? null;
          probes[name] = value;
          if (!gaugeProbes.has(name)) world.emit(id, 'probe', name, value);
        },
      },
      world.settings,
    );
    protocol = fresh;
    world.emit(id, 'start', String(own));
    const image = storage.image();
    handle((running) => {
      running.start(image);
    });
  };

  const perform: SimulatedNode['perform'] = (duty, timeUs) => {
    if (paused) {
      held.push(duty);
      return false;
    }
    switch (duty.kind) {
      case 'deliver': {
        if (protocol === null) return false;
        const { link, message } = duty;
        const from = world.ids[link.from] ?? '';
        hash.integer(link.from * 64 + link.to);
        hash.value(message);
        if (full) world.emit(id, 'deliver', from, message);
        handle((running) => {
          running.onMessage(from, message);
        });
        return true;
      }
      case 'timer': {
        const { timer } = duty;
        if (duty.incarnation !== incarnation || protocol === null || timer.waitingUs !== timeUs) return false;
        timer.waitingUs = -1;
        if (timer.dueUs < 0) return false;
        if (timer.dueUs > timeline.nowUs()) {
          timer.waitingUs = timer.dueUs;
          timeline.push(duty, timer.dueUs - timeline.nowUs());
          return false;
        }
        timers.delete(timer.name);
        hash.integer(position);
        hash.value(timer.name);
        if (full) world.emit(id, 'timer', timer.name);
        handle((running) => {
          running.onTimer(timer.name);
        });
        return true;
      }
      case 'synced': {
        if (duty.incarnation !== incarnation || protocol === null) return false;
        storage.completeSync();
        hash.integer(position);
        hash.integer(duty.ticket);
        if (full) world.emit(id, 'sync', String(duty.ticket));
        handle((running) => {
          running.onSynced(duty.ticket);
        });
        return true;
      }
      case 'request': {
        const { call, request } = duty;
        if (protocol === null) {
          timeline.control(world.clientLatency(), () => {
            call.fail(new NoAnswer('connection refused', false));
          });
          return false;
        }
        const requestId = nextRequest++;
        calls.set(requestId, call);
        hash.integer(position);
        hash.value(request);
        handle((running) => {
          running.onRequest(requestId, request);
        });
        return true;
      }
    }
  };

  return {
    id,
    position,
    running: () => protocol !== null,
    incarnation: () => incarnation,
    paused: () => paused,
    begin,
    kill(kept) {
      if (protocol !== null) kill(kept);
    },
    pause() {
      paused = protocol !== null;
    },
    resume() {
      if (!paused) return;
      paused = false;
      const late = held;
      held = [];
      for (const duty of late) {
        if (duty.kind === 'timer') duty.timer.waitingUs = timeline.nowUs();
        timeline.push(duty, 0);
      }
    },
    setSkew(wanted) {
      skew = wanted;
      skewSetUs = timeline.nowUs();
    },
    skewMs,
    perform,
    probes: () => ({ ...probes }),
  };
}
