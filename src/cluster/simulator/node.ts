/** One simulated node: a protocol, its disk, its timers, its clock, and what becomes of them when it is killed or paused. */

import type {
  CreateProtocol,
  DiskImage,
  Json,
  NodeId,
  Protocol,
  Request,
  RequestId,
  Response,
} from '../../../systems/protocol.ts';
import { messageOf } from '../../errors.ts';
import { gaugeProbes, NoAnswer, type NodeEvent } from '../cluster.ts';
import type { Skew } from '../faults.ts';
import { simulatedDisk } from './disk.ts';
import type { Chance } from './chance.ts';
import type { Call, NodeDuty, Timer } from './events.ts';
import { deepFreeze } from './freeze.ts';
import type { RollingHash } from './hash.ts';
import type { SimulatorOptions } from './options.ts';
import type { Timeline } from './timeline.ts';

/** Virtual time starts here, in ms since the epoch. */
const epochMs = 1_700_000_000_000;

/** What a node needs of the world around it. */
export interface Surroundings {
  readonly chance: Chance;
  readonly knobs: SimulatorOptions;
  readonly timeline: Timeline;
  readonly hash: RollingHash;
  readonly create: CreateProtocol;
  readonly settings: Readonly<Record<string, Json>>;
  readonly ids: readonly NodeId[];
  /** Sends a frozen message on its way. */
  transmit(from: number, to: NodeId, message: Json): void;
  emit(node: NodeId, kind: NodeEvent['kind'], name: string, detail?: Json): void;
  /** A handler of the node has returned. */
  happened(node: NodeId): void;
  answered(node: NodeId, request: Request, response: Response): void;
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
  /** What the protocol lets others see of it; null while it is down. */
  inspect(): object | null;
  /** What is durable, live. */
  durable(): DiskImage;
}

/** `table[share * length]`: one entry of an integer table by a number in [0, 1). */
export const choose = (table: readonly number[], share: number): number => table[Math.floor(share * table.length)] ?? 0;

export function simulatedNode(world: Surroundings, id: NodeId, position: number): SimulatedNode {
  const { chance, knobs, timeline, hash } = world;
  const full = knobs.trace === 'full';
  const syncFamily = chance.family('sync', id);
  let syncs = 0;
  let lastSyncUs = 0;
  let protocol: Protocol<Json> | null = null;
  let incarnation = 0;
  let paused = false;
  let held: Parameters<SimulatedNode['perform']>[0][] = [];
  let timers = new Map<string, Timer>();
  let calls = new Map<RequestId, { readonly call: Call; readonly request: Request }>();
  let nextRequest: RequestId = 1;
  let skew: Skew = { offsetMs: 0, rate: 1 };
  let skewSetUs = 0;
  let probes: Record<string, Json> = {};

  const storage = simulatedDisk((ticket) => {
    const wanted = timeline.nowUs() + choose(knobs.syncUs, chance.draw(syncFamily, syncs++));
    lastSyncUs = Math.max(lastSyncUs, wanted);
    timeline.push({ kind: 'synced', node: position, incarnation, ticket }, lastSyncUs - timeline.nowUs());
  });
  const skewMs = (): number => skew.offsetMs + ((skew.rate - 1) * (timeline.nowUs() - skewSetUs)) / 1000;

  const kill = (kept: number): void => {
    protocol = null;
    paused = false;
    timers = new Map();
    storage.crash(kept);
    const lost = [
      ...[...calls.values()].map(({ call }) => call),
      ...held.flatMap((duty) => (duty.kind === 'request' ? [duty.call] : [])),
    ];
    calls = new Map();
    held = [];
    for (const call of lost) {
      timeline.control(call.latencyUs(), () => {
        call.fail(new NoAnswer('connection lost', true));
      });
    }
    world.emit(id, 'exit', String(incarnation));
  };

  /** By point, how often it was asked; -1 where it is not live in this run. */
  const points = new Map<string, number>();
  const buggify = (point: string): boolean => {
    const { live, perMille } = knobs.buggify;
    if (live === 0) return false;
    const asked = points.get(point) ?? (chance.draw(chance.family('buggify', point), 0) < live ? 0 : -1);
    points.set(point, asked < 0 ? asked : asked + 1);
    return asked >= 0 && chance.draw(chance.family('buggify', point, id), asked) * 1000 < perMille;
  };

  /** Runs a handler of the protocol; an exception ends the node and is a finding. */
  const handle = (action: (running: Protocol<Json>) => void): void => {
    if (protocol === null) return;
    try {
      action(protocol);
      world.happened(id);
    } catch (thrown) {
      world.emit(id, 'crash', thrown instanceof Error ? thrown.name : 'Error', messageOf(thrown));
      kill(0);
    }
  };

  const begin = (): void => {
    const own = ++incarnation;
    const randomFamily = chance.family('protocol', id, own);
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
        random: () => chance.draw(randomFamily, draws++),
        disk: storage.disk,
        reply(request, response) {
          const asked = calls.get(request);
          if (asked === undefined) return;
          calls.delete(request);
          const answer = deepFreeze(response);
          world.answered(id, asked.request, answer);
          timeline.control(asked.call.latencyUs(), () => {
            hash.integer(position);
            hash.value(answer);
            asked.call.answer(answer);
          });
        },
        probe(name, detail) {
          const value = detail ?? null;
          probes[name] = value;
          if (!gaugeProbes.has(name)) world.emit(id, 'probe', name, value);
        },
        buggify,
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
          timeline.control(call.latencyUs(), () => {
            call.fail(new NoAnswer('connection refused', false));
          });
          return false;
        }
        const requestId = nextRequest++;
        calls.set(requestId, { call, request });
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
    inspect: () => protocol?.inspect?.() ?? null,
    durable: storage.durable,
  };
}
